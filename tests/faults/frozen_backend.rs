//! A writer's backend stands still past every timeout, with the lock of the log in its hands or on its way to it,
//! and then goes on: what it was doing must not happen a second time.

use std::time::Duration;

use sqlx::PgConnection;
use support::cluster::Cluster;
use support::processes::Frozen;
use support::random::Random;
use support::{backends, database, wait};

use crate::round::{Round, seeds};

const COMMANDS_EACH: usize = 30;
/// Answers before the freeze: fewer than the load has in all.
const ANSWERS: u64 = 200;
/// Tries to catch a backend while it holds the lock.
const TRIES: usize = 200;
/// Longer than the lock's timeout; than the statement's; than the writer waits for an answer; than it has patience.
const SECONDS: [u64; 4] = [3, 6, 9, 13];
/// A frozen backend may stand in the way of whoever asks about it.
const ANSWERED_WITHIN: Duration = Duration::from_millis(500);

#[tokio::test(flavor = "multi_thread")]
async fn a_lock_holder_that_wakes_up_late_commits_once_or_not_at_all() {
    let cluster = Cluster::start();
    for seed in seeds() {
        let mut round = Round::begin("frozen backend", &cluster, seed).await;
        let nodes = [round.node().await, round.node().await];
        let mut load = round.load(&nodes.each_ref(), COMMANDS_EACH);
        let answers = round.random.between(1, ANSWERS);
        round.journal.grown_by(answers).await;
        let frozen = freeze(&round.url, &mut round.random).await;
        let seconds = round.random.one_of(&SECONDS);
        println!("frozen backend: {} for {seconds} s", if frozen.is_some() { "caught" } else { "missed" });
        wait::let_pass(Duration::from_secs(seconds)).await;
        drop(frozen);
        load.ended().await;
        for node in nodes {
            node.close().await;
        }
        round.conclude().await;
    }
}

/// Freezes a writer's backend; mostly one that holds the lock.
async fn freeze(url: &str, random: &mut Random) -> Option<Frozen> {
    let mut observer = database::superuser(url).await;
    let anyone = random.once_in(4);
    for _ in 0..TRIES {
        let backend = backends::appending(&mut observer).await?;
        let frozen = Frozen::family(backend);
        if anyone || holds_the_lock(&mut observer, backend).await {
            return Some(frozen);
        }
    }
    None
}

async fn holds_the_lock(observer: &mut PgConnection, backend: u32) -> bool {
    let asked = backends::holds_the_lock(observer, backend);
    // No answer: it holds something that everybody needs.
    tokio::time::timeout(ANSWERED_WITHIN, asked).await.unwrap_or(true)
}
