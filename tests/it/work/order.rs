//! Work of one key is done in order, one at a time, and each piece once; keys do not wait for each other.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use support::database;
use support::log::{TestLog, command, create, rename, request, write_versions};
use support::workers::{Done, NOTING, at_work, scripted, settings, until_states};
use tokio::sync::Semaphore;
use workers::runtime::{Effect, Outcome};

#[tokio::test]
async fn each_key_is_worked_off_in_order_and_each_piece_once() {
    let log = TestLog::open().await;
    let done = Done::default();
    let noting = done.clone();
    let worker = scripted(settings("note", Effect::Idempotent), move |task| {
        noting.note(&task);
        async { Outcome::Done }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    for workspace in ["a", "b", "c"] {
        write_versions(&log.executor(), workspace, 1..=30).await;
    }
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("done", 90)]).await;
    for workspace in ["a", "b", "c"] {
        assert_eq!(done.of(workspace), (1..=30).collect::<Vec<_>>());
    }
    running.stop().await;
}

#[tokio::test]
async fn a_key_that_is_slow_holds_up_no_other() {
    let log = TestLog::open().await;
    let (done, gate) = (Done::default(), Arc::new(Semaphore::new(0)));
    let (noting, waiting, at_once) = (done.clone(), Arc::clone(&gate), Arc::new(AtomicUsize::new(0)));
    let most = Arc::new(AtomicUsize::new(0));
    let seen = Arc::clone(&most);
    let worker = scripted(settings("note", Effect::Idempotent), move |task| {
        let (noting, waiting) = (noting.clone(), Arc::clone(&waiting));
        let (at_once, seen) = (Arc::clone(&at_once), Arc::clone(&seen));
        async move {
            if task.claim.key == "slow" {
                seen.fetch_max(at_once.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                waiting.acquire().await.unwrap().forget();
                at_once.fetch_sub(1, Ordering::SeqCst);
            }
            noting.note(&task);
            Outcome::Done
        }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    write_versions(&log.executor(), "slow", 1..=3).await;
    write_versions(&log.executor(), "swift", 1..=20).await;
    let mut admin = database::superuser(&log.url).await;
    until_states(&mut admin, &[("claimed", 1), ("done", 20), ("waiting", 2)]).await;
    gate.add_permits(3);
    until_states(&mut admin, &[("done", 23)]).await;
    assert_eq!(done.of("slow"), [1, 2, 3]);
    assert_eq!(most.load(Ordering::SeqCst), 1, "one of a key at a time");
    running.stop().await;
}

#[tokio::test]
async fn a_new_worker_begins_with_what_happens_next() {
    let log = TestLog::open().await;
    command(&log.executor(), &request(), "old", create("Old")).await.unwrap();
    let done = Done::default();
    let noting = done.clone();
    let worker = scripted(settings("note", Effect::Idempotent), move |task| {
        noting.note(&task);
        async { Outcome::Done }
    });
    let running = at_work(&log.log, &log.url, NOTING, worker).await;
    command(&log.executor(), &request(), "old", rename("New")).await.unwrap();
    until_states(&mut database::superuser(&log.url).await, &[("done", 1)]).await;
    assert_eq!(done.of("old"), [2]);
    running.stop().await;
}

#[tokio::test]
async fn two_processes_share_the_work_and_double_none() {
    let log = TestLog::open().await;
    let other = log.another_node().await;
    let done = Done::default();
    let (one, two) = (done.clone(), done.clone());
    let first = scripted(settings("note", Effect::Idempotent), move |task| {
        one.note(&task);
        async { Outcome::Done }
    });
    let second = scripted(settings("note", Effect::Idempotent), move |task| {
        two.note(&task);
        async { Outcome::Done }
    });
    let first = at_work(&log.log, &log.url, NOTING, first).await;
    let second = at_work(&other, &log.url, NOTING, second).await;
    for number in 0..40 {
        write_versions(&log.executor(), &format!("w{number}"), 1..=3).await;
    }
    until_states(&mut database::superuser(&log.url).await, &[("done", 120)]).await;
    assert_eq!(done.count(), 120);
    for number in 0..40 {
        assert_eq!(done.of(&format!("w{number}")), [1, 2, 3]);
    }
    first.stop().await;
    second.stop().await;
    other.close().await;
}
