//! Postgres is killed under load, twice, and starts again on what it left.

use support::cluster::Cluster;

use crate::round::{Round, seeds};

const COMMANDS_EACH: usize = 50;
const KILLS: u64 = 2;
/// Most answers before a kill: fewer than the load has in all.
const ANSWERS: u64 = 250;

#[tokio::test(flavor = "multi_thread")]
async fn a_postgres_killed_under_load_comes_back_with_everything_acknowledged() {
    let mut cluster = Cluster::start();
    for seed in seeds() {
        let mut round = Round::begin("killed Postgres", &cluster, seed).await;
        let node = round.node().await;
        let mut load = round.load(&[&node], COMMANDS_EACH);
        for _ in 0..KILLS {
            let answers = round.random.between(1, ANSWERS);
            round.journal.grown_by(answers).await;
            cluster = kill_and_start_again(cluster).await;
        }
        load.ended().await;
        node.close().await;
        round.conclude().await;
    }
}

/// Starting blocks, and the clients must go on meanwhile.
async fn kill_and_start_again(mut cluster: Cluster) -> Cluster {
    let started = tokio::task::spawn_blocking(move || {
        cluster.kill_and_start_again();
        cluster
    });
    started.await.expect("Postgres starts again")
}
