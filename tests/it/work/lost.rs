//! Whoever is lost loses its work to others: repeated where that does no harm, unknown where it might.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use eventstore::work::{LOST_MAX, WhenLost, Work};
use support::database;
use support::log::{TestLog, write_versions};
use support::workers::{Done, NOTING, at_work, scripted, settings, until_states};
use workers::runtime::{Effect, Outcome};

/// As if its process were killed while it is at it: nothing is given back, nothing renewed.
#[tokio::test]
async fn the_work_of_a_killed_process_is_done_by_another_within_five_seconds() {
    let log = TestLog::open().await;
    let other = log.another_node().await;
    let stuck = scripted(settings("note", Effect::Idempotent), |_| std::future::pending());
    let killed = at_work(&log.log, &log.url, NOTING, stuck).await;
    write_versions(&log.executor(), "a", 1..=2).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("claimed", 1), ("waiting", 1)]).await;
    let done = Done::default();
    let noting = done.clone();
    let worker = scripted(settings("note", Effect::Idempotent), move |task| {
        noting.note(&task);
        async { Outcome::Done }
    });
    let heir = at_work(&other, &log.url, NOTING, worker).await;
    drop(killed);
    let begun = Instant::now();
    until_states(&mut admin, &[("done", 2)]).await;
    assert!(begun.elapsed() < Duration::from_secs(5), "it took {:?}", begun.elapsed());
    assert_eq!(done.of("a"), [1, 2]);
    let lost: i32 = sqlx::query_scalar("select max(lost) from work").fetch_one(&mut admin).await.unwrap();
    assert_eq!(lost, 1, "counted apart from failures");
    heir.stop().await;
    other.close().await;
}

#[tokio::test]
async fn what_loses_its_workers_again_and_again_is_set_aside() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "a", 1..=1).await;
    let mut admin = database::superuser(&log.url).await;
    support::work::claimed(&mut admin, "note/1/", 1, 0).await;
    sqlx::query("update work set worker = 'note'").execute(&mut admin).await.unwrap();
    let work = Work::open(&log.url, 1).unwrap();
    for lost in 1..=LOST_MAX {
        sqlx::query("update work set lease_until = now() - interval '1 second'")
            .execute(&mut admin)
            .await
            .unwrap();
        assert_eq!(work.take_back_lost("note", WhenLost::Again).await.unwrap(), 1);
        // Before the last times it comes back a little later.
        sqlx::query("update work set visible_at = now() where state = 'later'")
            .execute(&mut admin)
            .await
            .unwrap();
        work.wake("note").await.unwrap();
        let taken = work.claim("note", 10).await.unwrap();
        assert_eq!(taken.len(), usize::from(lost < LOST_MAX), "after {lost}");
    }
    until_states(&mut admin, &[("parked", 1)]).await;
}

#[tokio::test]
async fn what_must_not_be_done_twice_ends_as_unknown() {
    let log = TestLog::open().await;
    write_versions(&log.executor(), "a", 1..=1).await;
    let mut admin = database::superuser(&log.url).await;
    support::work::claimed(&mut admin, "note/1/", 1, 0).await;
    sqlx::query("update work set worker = 'note', lease_until = now()").execute(&mut admin).await.unwrap();
    let work = Work::open(&log.url, 1).unwrap();
    assert_eq!(work.take_back_lost("note", WhenLost::Unknown).await.unwrap(), 1);
    assert!(work.claim("note", 10).await.unwrap().is_empty());
    until_states(&mut admin, &[("unknown", 1)]).await;
}

/// Told to stop, a process ends what it is at, and what it did not begin is begun by another at once.
#[tokio::test]
async fn one_that_stops_in_order_ends_what_it_is_at() {
    let log = TestLog::open().await;
    let begun = Arc::new(AtomicUsize::new(0));
    let counting = Arc::clone(&begun);
    let worker = scripted(settings("note", Effect::AtMostOnce), move |_| {
        counting.fetch_add(1, Ordering::SeqCst);
        async {
            support::wait::let_pass(Duration::from_millis(300)).await;
            Outcome::Done
        }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    for number in 0..10 {
        write_versions(&log.executor(), &format!("w{number}"), 1..=1).await;
    }
    support::wait::until_true("something is begun", Duration::from_secs(5), async || {
        begun.load(Ordering::SeqCst) > 0
    })
    .await;
    running.stop().await;
    let states = support::workers::states(&mut database::superuser(&log.url).await).await;
    assert!(states.iter().all(|(state, _)| state == "done" || state == "open"), "{states:?}");
}
