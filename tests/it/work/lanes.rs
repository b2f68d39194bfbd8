//! A lane is served by one process at a time, never faster than its bucket allows, and moves on when that one is lost.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use support::log::{TestLog, write_versions};
use support::wait;
use support::workers::{CALLING, LIMIT, at_work, scripted, settings};
use workers::runtime::{AnyWorker, Effect, Outcome};

/// When each call came, and to whom it was made.
type Calls = Arc<Mutex<Vec<(Instant, usize)>>>;

fn caller(number: usize, calls: &Calls) -> Arc<dyn AnyWorker> {
    let calls = Arc::clone(calls);
    let mut settings = settings("call", Effect::Idempotent);
    settings.lane_limit = Some(LIMIT);
    scripted(settings, move |_| {
        calls.lock().unwrap().push((Instant::now(), number));
        async { Outcome::Done }
    })
}

/// The most calls within any second.
fn most_in_a_second(calls: &[(Instant, usize)]) -> usize {
    let in_the_second_from = |from: Instant| {
        calls.iter().filter(|(at, _)| *at >= from && *at - from < Duration::from_secs(1)).count()
    };
    calls.iter().map(|(at, _)| in_the_second_from(*at)).max().unwrap_or_default()
}

#[tokio::test]
async fn four_processes_keep_within_the_bucket_and_one_takes_over_from_another() {
    let log = TestLog::open().await;
    let calls = Calls::default();
    let mut nodes = Vec::new();
    for number in 0..4 {
        let node = log.another_node().await;
        let running = at_work(&node, &log.url, CALLING, caller(number, &calls)).await;
        nodes.push((number, node, Some(running)));
    }
    for number in 0..30 {
        write_versions(&log.executor(), &format!("a{number}"), 1..=1).await;
    }
    wait::until_true("ten calls", Duration::from_secs(15), async || calls.lock().unwrap().len() >= 10).await;
    let serving = calls.lock().unwrap()[0].1;
    // As if killed: no lane and no claim is given back.
    drop(nodes[serving].2.take());
    let killed_at = Instant::now();
    wait::until_true("another one calls", Duration::from_secs(10), async || {
        calls.lock().unwrap().iter().any(|(_, number)| *number != serving)
    })
    .await;
    assert!(killed_at.elapsed() < Duration::from_secs(5), "it took {:?}", killed_at.elapsed());
    wait::until_true("all calls", Duration::from_secs(20), async || calls.lock().unwrap().len() >= 30).await;
    let calls = calls.lock().unwrap().clone();
    assert!(most_in_a_second(&calls) <= 5, "{} in a second", most_in_a_second(&calls));
    for (_, node, running) in nodes {
        if let Some(running) = running {
            running.stop().await;
        }
        node.close().await;
    }
}
