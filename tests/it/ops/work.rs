//! `/v1/ops/work`: what each worker has before it, piece by piece, and what of it fails.

use serde_json::{Value, json};
use support::airtide;
use support::api::TestApi;
use support::database;
use support::operator::Operator;

#[tokio::test(flavor = "multi_thread")]
async fn every_worker_is_there_with_what_it_has_in_each_state() {
    let api = TestApi::start_roles("api", &[]).await;
    let operator = Operator::of(&api);
    let count = |worker: &str, state: &str| -> Value {
        let told = operator.get("/v1/ops/work").expect(200).json();
        let found = told["data"].as_array().unwrap().iter().find(|each| each["worker"] == worker).cloned();
        found.unwrap_or_else(|| panic!("{worker} in {told}"))[state].clone()
    };
    assert_eq!((count("send_mail", "parked"), count("deliver_webhooks", "open")), (0.into(), 0.into()));
    let mut admin = database::superuser(&api.database_url).await;
    for (position, state) in [(1, "parked"), (2, "parked"), (3, "waiting"), (4, "unknown"), (5, "later")] {
        sqlx::query(
            "insert into work(claim, worker, tenant, event_position, part, key, state, visible_at)
             values ('send_mail/' || $1 || '/', 'send_mail', 'acme', $1, '', 'ana' || $1, $2, now() + interval '1 day')",
        )
        .bind(i64::from(position))
        .bind(state)
        .execute(&mut admin)
        .await
        .unwrap();
    }
    for (state, expected) in [("parked", 2), ("waiting", 1), ("unknown", 1), ("later", 1), ("open", 0)] {
        assert_eq!(count("send_mail", state), expected, "{state}");
        assert_eq!(count("deliver_webhooks", state), 0, "{state}");
    }
}

/// What `airtide work` prints with these arguments.
fn told(api: &TestApi, arguments: &[&str]) -> Value {
    let arguments = [["work"].as_slice(), arguments, &["--output", "json"]].concat();
    let mut command = airtide::command(&arguments);
    command.env("DATABASE_URL", &api.database_url).env("AIRTIDE__KEYS__DIR", api.keys.path());
    let output = command.output().unwrap();
    assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Six pieces that failed in two ways, and one that waits.
async fn failing() -> TestApi {
    let api = TestApi::start_roles("api", &[]).await;
    api.person();
    let mut admin = database::superuser(&api.database_url).await;
    for position in 1..=7 {
        let (state, reason) = match position {
            7 => ("waiting", None),
            odd if odd % 2 == 1 => ("parked", Some("no such mailbox\nmore of it")),
            _ => ("unknown", Some("nobody knows")),
        };
        sqlx::query(
            "insert into work(claim, worker, tenant, event_position, part, key, state, visible_at, reason)
             values ('send_mail/' || $1 || '/', 'send_mail', 'acme', $1, '', 'ana' || $1, $2, now(), $3)",
        )
        .bind(i64::from(position))
        .bind(state)
        .bind(reason)
        .execute(&mut admin)
        .await
        .unwrap();
    }
    api
}

#[tokio::test(flavor = "multi_thread")]
async fn pieces_are_told_page_by_page_and_failures_in_groups_as_the_command_tells_them() {
    let api = failing().await;
    let operator = Operator::of(&api);
    let (mut read, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = operator.get(&format!("/v1/ops/work/items?limit=3{cursor}")).expect(200).json();
        read.extend(page["data"].as_array().unwrap().clone());
        match page["next_cursor"].as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => break,
        }
    }
    assert_eq!(read.len(), 7);
    assert_eq!(json!(read), told(&api, &["list"])["work"]);
    let parked = operator.get("/v1/ops/work/items?state=parked&newest=true").expect(200).json();
    assert_eq!(parked["data"], told(&api, &["list", "--state", "parked", "--newest"])["work"]);

    let groups = operator.get("/v1/ops/work/groups").expect(200).json();
    assert_eq!(groups["data"], told(&api, &["groups"]));
    assert_eq!(groups["data"].as_array().unwrap().len(), 2);
    let group = groups["data"][0]["group"].as_str().unwrap();
    let of_group = operator.get(&format!("/v1/ops/work/items?group={group}")).expect(200).json();
    assert_eq!(of_group["data"].as_array().unwrap().len(), 3);

    let shown = operator.get("/v1/ops/work/items/send_mail%2F2%2F").expect(200).json();
    assert_eq!(shown, told(&api, &["show", "send_mail/2/"]));
    assert_eq!(operator.get("/v1/ops/work/items/send_mail%2F2").expect(200).json(), shown);
    operator.get("/v1/ops/work/items/send_mail%2F99%2F").expect(404);
    operator.get("/v1/ops/work/items/nothing").expect(404);
    let refused = operator.get("/v1/ops/work/items?state=sleeping").expect(400);
    assert_eq!(refused.text("/errors/0/pointer"), "/state");
}
