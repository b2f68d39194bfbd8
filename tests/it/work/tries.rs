//! What fails is tried again a few times, then set aside with what is behind it; what may have been done is never
//! done again by itself.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use eventstore::work::NotPlanned;
use sqlx::PgConnection;
use support::database;
use support::log::{TestLog, write_versions};
use support::work::retry_named;
use support::workers::{Done, NOTING, at_work, scripted, settings, until_states};
use workers::runtime::{Effect, Outcome};

async fn reason(admin: &mut PgConnection, state: &'static str) -> String {
    sqlx::query_scalar("select reason from work where state = $1").bind(state).fetch_one(admin).await.unwrap()
}

#[tokio::test]
async fn a_failure_is_tried_again() {
    let log = TestLog::open().await;
    let tries = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&tries);
    let worker = scripted(settings("note", Effect::AtMostOnce), move |_| {
        let number = counting.fetch_add(1, Ordering::SeqCst);
        async move { if number < 2 { Outcome::failed("not yet") } else { Outcome::Done } }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    write_versions(&log.executor(), "a", 1..=1).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("done", 1)]).await;
    assert_eq!(tries.load(Ordering::SeqCst), 3);
    let counts: (i32, i32) =
        sqlx::query_as("select attempt, failures from work").fetch_one(&mut admin).await.unwrap();
    assert_eq!(counts, (3, 2));
    running.stop().await;
}

#[tokio::test]
async fn what_goes_on_failing_is_set_aside_in_order_and_can_be_driven_again() {
    let log = TestLog::open().await;
    let (done, is_up) = (Done::default(), Arc::new(AtomicUsize::new(0)));
    let (noting, asked) = (done.clone(), Arc::clone(&is_up));
    let worker = scripted(settings("note", Effect::Retryable), move |task| {
        let is_up = task.claim.key != "down" || asked.load(Ordering::SeqCst) == 1;
        if is_up {
            noting.note(&task);
        }
        async move { if is_up { Outcome::Done } else { Outcome::failed("no answer") } }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    write_versions(&log.executor(), "down", 1..=3).await;
    write_versions(&log.executor(), "up", 1..=3).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("done", 3), ("parked", 1), ("waiting", 2)]).await;
    assert_eq!(reason(&mut admin, "parked").await, "no answer");
    let counts: (i32, i32) = sqlx::query_as("select attempt, failures from work where state = 'parked'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(counts, (3, 3), "given up after three tries");

    is_up.store(1, Ordering::SeqCst);
    let name: String = sqlx::query_scalar("select claim from work where state = 'parked'")
        .fetch_one(&mut admin)
        .await
        .unwrap();
    assert_eq!(retry_named(&log, &name, false).await.unwrap().moved, 1);
    // Beside what was owed, what the operator did is in the log; no work comes of that.
    until_states(&mut admin, &[("done", 6)]).await;
    assert!(matches!(retry_named(&log, &name, false).await, Err(NotPlanned::NotSo { .. })), "once");
    assert_eq!(done.of("down"), [1, 2, 3]);
    running.stop().await;
}

#[tokio::test]
async fn a_receiver_that_asks_for_time_gets_it() {
    let log = TestLog::open().await;
    let mut patient = settings("note", Effect::Retryable);
    patient.retry.longest_pause = Duration::from_secs(3600);
    let worker = scripted(patient, |_| async {
        Outcome::Failed { reason: "busy".into(), retry_after: Some(Duration::from_secs(1800)) }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    write_versions(&log.executor(), "a", 1..=1).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("later", 1)]).await;
    let in_time: bool = sqlx::query_scalar(
        "select visible_at between now() + interval '25 minutes' and now() + interval '31 minutes' from work",
    )
    .fetch_one(&mut admin)
    .await
    .unwrap();
    assert!(in_time);
    running.stop().await;
}

/// A panic or a time-out says nothing about what was done.
#[tokio::test]
async fn an_effect_that_was_cut_short_is_repeated_only_where_that_does_no_harm() {
    for (effect, expected) in [(Effect::AtMostOnce, "unknown"), (Effect::Idempotent, "parked")] {
        let log = TestLog::open().await;
        let mut hasty = settings("note", effect);
        hasty.time_limit = Duration::from_millis(100);
        let worker = scripted(hasty, |task| async move {
            assert!(task.claim.key != "panic", "out of order");
            std::future::pending().await
        });
        let running = at_work(&log.log, &log.url, NOTING, worker).await;
        write_versions(&log.executor(), "panic", 1..=1).await;
        write_versions(&log.executor(), "hang", 1..=1).await;
        let mut admin = database::superuser(&log.url).await;
        until_states(&mut admin, &[(expected, 2)]).await;
        running.stop().await;
    }
}

#[tokio::test]
async fn unknown_work_does_not_stop_what_is_behind_it_and_parked_work_does() {
    let log = TestLog::open().await;
    let worker = scripted(settings("note", Effect::AtMostOnce), |task| async move {
        match (task.claim.key.as_str(), task.event.version) {
            ("unsure", 1) => Outcome::Unknown("no answer after the last byte".into()),
            ("refused", 1) => Outcome::Park("the address is not one".into()),
            _ => Outcome::Skipped("nothing to do it with".into()),
        }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    write_versions(&log.executor(), "unsure", 1..=2).await;
    write_versions(&log.executor(), "refused", 1..=2).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("parked", 1), ("skipped", 1), ("unknown", 1), ("waiting", 1)]).await;
    assert_eq!(reason(&mut admin, "unknown").await, "no answer after the last byte");
    running.stop().await;
}
