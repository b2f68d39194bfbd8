//! What must not be done twice is noted as begun before it is, so that what a process had only claimed when it was
//! lost is done by another.

use std::os::unix::process::ExitStatusExt;
use std::time::Duration;

use eventstore::fail_points::VARIABLE;
use eventstore::work::{WhenLost, Work};
use nix::sys::signal::Signal;
use sqlx::PgConnection;
use support::api::{Node, TestApi};
use support::log::{TestLog, write_versions};
use support::smtp::MailServer;
use support::wait::until_true;
use support::workers::{NOTING, SOON, at_work, scripted, settings, until_states};
use support::{airtide, database};
use workers::runtime::{Effect, Outcome};

const MAILS: usize = 6;

async fn count(admin: &mut PgConnection, which: &str) -> i64 {
    let sql = format!("select count(*) from work where {which}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(admin).await.unwrap()
}

/// Of three that were claimed and lost, one was begun: it alone is not done again.
#[tokio::test]
async fn only_what_was_begun_ends_as_unknown() {
    let log = TestLog::open().await;
    let intake = at_work(
        &log.log,
        &log.url,
        NOTING,
        scripted(settings("nobody", Effect::Idempotent), |_| async { Outcome::Done }),
    )
    .await;
    for workspace in ["a", "b", "c"] {
        write_versions(&log.executor(), workspace, 1..=1).await;
    }
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("open", 3)]).await;
    intake.stop().await;
    let work = Work::open(&log.url, 1).unwrap();
    let taken = work.claim("note", 10).await.unwrap();
    assert!(work.begin(&taken[1].claim).await.unwrap());
    let fenced = eventstore::work::Claim { attempt: 7, ..taken[0].claim.clone() };
    assert!(!work.begin(&fenced).await.unwrap(), "it is not ours");
    sqlx::query("update work set lease_until = now()").execute(&mut admin).await.unwrap();
    assert_eq!(work.take_back_lost("note", WhenLost::Unknown).await.unwrap(), 3);
    until_states(&mut admin, &[("open", 2), ("unknown", 1)]).await;
    let unknown: String = sqlx::query_scalar("select claim from work where state = 'unknown'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(unknown, taken[1].claim.name);

    // Begun in an attempt before this one is not begun in this one.
    let again = work.claim("note", 10).await.unwrap();
    assert_eq!(again.len(), 2);
    work.give_back(&again.iter().map(|taken| taken.claim.clone()).collect::<Vec<_>>(), WhenLost::Unknown)
        .await
        .unwrap();
    until_states(&mut admin, &[("open", 2), ("unknown", 1)]).await;
}

const FROM: (&str, &str) = ("AIRTIDE__MAIL__FROM", "airtide@example.org");

/// A worker process that comes to a point and dies there, on a database where mails are owed.
fn dies_at(api: &TestApi, server: &MailServer, point: &str) {
    let smtp_url = server.url();
    let variables = [("AIRTIDE__MAIL__SMTP_URL", smtp_url.as_str()), FROM, (VARIABLE, point)];
    let status = match Node::try_serve(&api.database_url, api.keys.path(), "workers", &variables) {
        Ok(node) => node.end_of(SOON),
        Err(ended) => ended.status,
    };
    let signal = status.and_then(|status| status.signal());
    assert_eq!(signal, Some(Signal::SIGABRT as i32), "it does not come to {point}: {status:?}");
}

/// One process dies with all mails claimed and none begun, another when it has begun some: the mails of the first all
/// go out, and of the second's all but those that it had begun.
#[tokio::test(flavor = "multi_thread")]
async fn a_killed_process_leaves_unknown_only_the_mails_that_it_had_begun() {
    let api = TestApi::start_roles("api", &[]).await;
    let server = MailServer::start();
    let mut admin = database::superuser(&api.database_url).await;
    // Its intakes begin where the log ends now.
    let migrated =
        airtide::command(&["migrate", "up"]).env("DATABASE_URL", &api.database_url).output().unwrap();
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    for _ in 0..MAILS {
        api.person();
    }
    dies_at(&api, &server, "after_claim:1");
    let claimed = count(&mut admin, "state = 'claimed' and unbegun = attempt").await;
    assert!(claimed > 1, "{claimed} claimed at once");
    assert_eq!(count(&mut admin, "state = 'claimed' and unbegun is null").await, 0);

    dies_at(&api, &server, "before_effect:1");
    let smtp_url = server.url();
    let _heir = api.another_with("workers", &[("AIRTIDE__MAIL__SMTP_URL", &smtp_url), FROM]);
    until_true("every mail is settled", Duration::from_secs(30), async || {
        count(&mut admin, "state in ('done', 'unknown')").await == MAILS as i64
    })
    .await;
    let unknown = count(&mut admin, "state = 'unknown'").await;
    assert!(unknown >= 1, "the second had begun one");
    assert_eq!(count(&mut admin, "state = 'unknown' and unbegun is null").await, unknown, "all were begun");
    let mut greeted = server.taken();
    assert_eq!(greeted.len() as i64, MAILS as i64 - unknown, "all but those");
    greeted.sort();
    greeted.dedup();
    assert_eq!(greeted.len() as i64, MAILS as i64 - unknown, "nobody is greeted twice");
}
