//! Every command of the pages for operators works as it stands there.

use std::path::Path;
use std::process::Stdio;

use eventstore::database::{Role, connect};
use eventstore::work::{Owed, owe};
use sqlx::PgConnection;
use support::log::{TestLog, tenant, write_versions};
use support::{airtide, database};

/// The lines of a page's examples that begin with the command.
pub fn examples(page: &str) -> Vec<String> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/operations").join(page);
    let page = std::fs::read_to_string(path).unwrap();
    page.lines().filter_map(|line| line.strip_prefix("airtide ")).map(str::to_owned).collect()
}

/// What is between quotes is one word.
pub fn words(line: &str) -> Vec<String> {
    let mut words = Vec::new();
    for (number, part) in line.split('"').enumerate() {
        match number % 2 {
            0 => words.extend(part.split_whitespace().map(str::to_owned)),
            _ => words.push(part.to_owned()),
        }
    }
    words
}

/// Ten pieces that failed in the same way, and whatever else the examples name.
async fn prepared() -> (TestLog, PgConnection) {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "a", 1..=1).await;
    let mut projector = connect(&log.url, Role::Projector).await.unwrap();
    for worker in ["deliver_webhooks", "send_mail"] {
        let piece =
            |number: i64| Owed::of(&tenant("acme"), 1, format!("key-{number}")).part(number.to_string());
        owe(&mut projector, worker, &(0..10).map(piece).collect::<Vec<_>>()).await.unwrap();
    }
    let mut admin = database::superuser(&log.url).await;
    for change in [
        "update work set state = 'parked', class = 'failed', reason = 'no answer', failed_at = now()
          where worker = 'deliver_webhooks' and part::int < 8",
        "update work set state = 'later', class = 'failed', reason = 'no answer', failed_at = now()
          where worker = 'deliver_webhooks' and part::int >= 8",
        "update work set state = 'unknown', class = 'unclear', reason = 'no answer', settled_at = now()
          where worker = 'send_mail' and part = '0'",
        "update work set state = 'parked', class = 'refused', reason = 'no address', failed_at = now()
          where worker = 'send_mail' and part in ('1', '2')",
    ] {
        sqlx::query(change).execute(&mut admin).await.unwrap();
    }
    (log, admin)
}

async fn one(admin: &mut PgConnection, sql: &'static str) -> String {
    sqlx::query_scalar(sql).fetch_optional(admin).await.unwrap().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_command_of_the_page_works() {
    let (log, mut admin) = prepared().await;
    let mut seen = 0;
    for example in examples("set-work-going-again.md") {
        let work = one(
            &mut admin,
            "select claim from work where worker = 'send_mail' and state = 'parked' order by claim",
        )
        .await;
        let operation =
            one(&mut admin, "select operation from work_operations order by planned_at limit 1").await;
        let example = example
            .replace("$GROUP", &group(&log))
            .replace("$WORK", &work)
            .replace("$UNKNOWN", "send_mail/1/0")
            .replace("$OPERATION", &operation)
            .replace("$KEY", "key-9");
        let mut command = airtide::command(&[]);
        command.args(words(&example)).env("DATABASE_URL", &log.url).env("AIRTIDE__KEYS__DIR", log.keys_dir());
        let output = command.stdin(Stdio::null()).output().unwrap();
        let told = String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(0), "{example}: {told}");
        assert!(!output.stdout.is_empty(), "{example} says nothing");
        seen += 1;
    }
    assert!(seen >= 13, "the page has {seen} examples");
}

/// The largest group.
fn group(log: &TestLog) -> String {
    let mut command = airtide::command(&["work", "groups", "--output", "json"]);
    let output = command.env("DATABASE_URL", &log.url).output().unwrap();
    let groups: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    groups[0]["group"].as_str().unwrap_or("none").to_owned()
}
