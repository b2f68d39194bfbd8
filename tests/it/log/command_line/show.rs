//! `airtide log show` finds an event by place or id, and says whether it is what was recorded.

use eventstore::execute::Request;
use serde_json::json;
use support::database;
use support::log::{command, create, rename, request};

use super::{json, printed, six_events};

#[tokio::test]
async fn an_event_is_found_by_its_position_and_by_its_id() {
    let log = six_events().await;
    let by_position = json(&log, &["show", "5"]);
    let id = by_position["event"]["id"].as_str().unwrap();
    assert_eq!(json(&log, &["show", id]), by_position);
    assert_eq!((&by_position["event"]["position"], &by_position["digest_holds"]), (&json!(5), &json!(true)));
    let batch = &by_position["batch"];
    assert_eq!((&batch["first_position"], &batch["last_position"]), (&json!(5), &json!(5)));
    assert_eq!(batch["incarnation"], log.log.head().borrow().incarnation.to_string());
    assert_eq!((&by_position["caused_by"], &by_position["caused"]), (&json!(null), &json!([])));
    let told = printed(&log, &["show", "5"]);
    for part in ["globex/workspace/two, version 1", "holds", "positions 5 to 5", "CAUSED BY nothing", id] {
        assert!(told.contains(part), "{part}: {told}");
    }
}

/// An id that was drawn at another time than the event was recorded at is looked for everywhere.
#[tokio::test]
async fn an_id_that_says_nothing_of_its_time_is_found_too() {
    let log = six_events().await;
    let id = "11111111-2222-4333-8444-555555555555";
    sqlx::query("update events set meta = jsonb_set(meta::jsonb, '{event_id}', to_jsonb($1::text))::json where position = 2")
        .bind(id)
        .execute(&mut database::superuser(&log.url).await)
        .await
        .unwrap();
    let found = json(&log, &["show", id]);
    assert_eq!((&found["event"]["position"], &found["digest_holds"]), (&json!(2), &json!(false)));
}

#[tokio::test]
async fn links_lead_both_ways() {
    let log = six_events().await;
    let cause = log.log.reader().between(1, 1).await.unwrap().remove(0);
    let answer: Request = request().by("worker:note").caused_by(&cause).unwrap();
    command(&log.executor(), &answer, "one", rename("Eins")).await.unwrap();
    command(&log.executor(), &request(), "three", create("Three")).await.unwrap();
    let positions = |value: &serde_json::Value| -> Vec<i64> {
        value.as_array().unwrap().iter().map(|event| event["position"].as_i64().unwrap()).collect()
    };
    let first = json(&log, &["show", "1"]);
    assert_eq!((positions(&first["caused"]), &first["caused_by"]), (vec![7], &json!(null)));
    let seventh = json(&log, &["show", "7"]);
    assert_eq!((positions(&seventh["caused"]), &seventh["caused_by"]["position"]), (vec![], &json!(1)));
}

#[tokio::test]
async fn an_event_that_was_changed_is_told_as_such() {
    let log = six_events().await;
    sqlx::query("update events set payload = '{\"name\":\"Forged\"}' where position = 3")
        .execute(&mut database::superuser(&log.url).await)
        .await
        .unwrap();
    assert_eq!(json(&log, &["show", "3"])["digest_holds"], json!(false));
    assert!(printed(&log, &["show", "3"]).contains("does not hold"));
}
