//! `/v1/ops/doctor` says what `airtide doctor` says.

use serde_json::Value;
use support::airtide;
use support::api::TestApi;
use support::database;
use support::operator::Operator;
use support::wait;

const SOON: std::time::Duration = std::time::Duration::from_secs(30);

/// Both look, and find the same; whether all is well, and how the command ends.
fn both(api: &TestApi) -> (bool, Option<i32>) {
    let found = Operator::of(api).get("/v1/ops/doctor").expect(200).json();
    let mut command = airtide::command(&["doctor", "--output", "json"]);
    command.env("DATABASE_URL", &api.database_url).env("AIRTIDE__KEYS__DIR", api.keys.path());
    let output = command.output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    let states = |findings: &Value| -> Vec<(Value, Value)> {
        let each = |finding: &Value| (finding["check"].clone(), finding["state"].clone());
        findings.as_array().unwrap().iter().map(each).collect()
    };
    assert_eq!(states(&found["data"]), states(&told));
    (found["healthy"].as_bool().unwrap(), output.status.code())
}

#[tokio::test(flavor = "multi_thread")]
async fn it_finds_what_the_command_finds() {
    let api = TestApi::start().await;
    assert_eq!(both(&api), (true, Some(0)), "a broker that nobody has set up is none that is missed");
    let mut admin = database::superuser(&api.database_url).await;
    let foreign = "update projection_checkpoints set incarnation = gen_random_uuid() where name = 'users'";
    sqlx::query(foreign).execute(&mut admin).await.unwrap();
    assert_eq!(both(&api), (false, Some(10)));
}

fn state_of(operator: &Operator<'_>, check: &str) -> (String, String) {
    let found = operator.get("/v1/ops/doctor").expect(200).json();
    let finding = found["data"].as_array().unwrap().iter().find(|finding| finding["check"] == check);
    let finding = finding.unwrap_or_else(|| panic!("{check} in {found}"));
    (finding["state"].as_str().unwrap().to_owned(), finding["fix"].as_str().unwrap().to_owned())
}

/// What stands on the log is looked at, and named with what mends it.
#[tokio::test(flavor = "multi_thread")]
async fn what_is_set_aside_or_nobody_does_is_named_with_what_mends_it() {
    let api = TestApi::start_roles("api", &[]).await;
    let operator = Operator::of(&api);
    assert_eq!(state_of(&operator, "read models").1, "start `airtide serve` with the role projections");
    assert_eq!(state_of(&operator, "intakes").1, "start `airtide serve` with the role workers");
    assert_eq!(state_of(&operator, "checkpoints").0, "warn");
    assert_eq!(state_of(&operator, "work").0, "ok");

    let others = api.another("projections,workers");
    for check in ["read models", "intakes"] {
        wait::until(check, SOON, || state_of(&operator, check).0 == "ok");
    }
    let mut admin = database::superuser(&api.database_url).await;
    let parked = "insert into work(claim, worker, tenant, event_position, part, key, state, visible_at)
                  values ('send_mail/1/', 'send_mail', 'acme', 1, '', 'ana', 'parked', now())";
    sqlx::query(parked).execute(&mut admin).await.unwrap();
    assert_eq!(state_of(&operator, "work"), ("warn".to_owned(), "airtide work groups".to_owned()));
    let aside = "update projection_checkpoints set parked_keys = 1 where name = 'workspaces'";
    sqlx::query(aside).execute(&mut admin).await.unwrap();
    assert_eq!(state_of(&operator, "read models").0, "warn");
    let foreign = "update projection_checkpoints set incarnation = gen_random_uuid() where name = 'users'";
    sqlx::query(foreign).execute(&mut admin).await.unwrap();
    assert_eq!(state_of(&operator, "read models").0, "fail");
    others.terminate();
}
