//! `/v1/ops/alarms`: what is wrong at this moment, with its runbook.

use serde_json::json;
use support::api::TestApi;
use support::database;
use support::operator::Operator;
use support::wait;

use super::masked;

const SOON: std::time::Duration = std::time::Duration::from_secs(30);

/// Work that is set aside raises its alarm, and the alarm ends with it.
#[tokio::test(flavor = "multi_thread")]
async fn an_alarm_is_there_for_as_long_as_its_condition() {
    let api = TestApi::start().await;
    let operator = Operator::of(&api);
    let names = |answer: serde_json::Value| answer["data"].as_array().unwrap().len();
    assert_eq!(names(operator.get("/v1/ops/alarms").expect(200).json()), 0);

    let mut admin = database::superuser(&api.database_url).await;
    let parked = "insert into work(claim, worker, tenant, event_position, part, key, state, visible_at, reason)
                  values ('send_mail/1/', 'send_mail', 'acme', 1, '', 'ana', 'parked', now(), 'no such mailbox')";
    sqlx::query(parked).execute(&mut admin).await.unwrap();
    let alarms = || masked(operator.get("/v1/ops/alarms").expect(200).json());
    wait::until("the alarm is raised", SOON, || names(alarms()) == 1);
    assert_eq!(
        alarms()["data"][0],
        json!({
            "name": "work_parked", "subject": "send_mail", "condition": "work was given up and is set aside",
            "runbook": "docs/operations/work.md", "since": "a time",
        })
    );
    sqlx::query("delete from work").execute(&mut admin).await.unwrap();
    wait::until("the alarm ends", SOON, || names(alarms()) == 0);
}
