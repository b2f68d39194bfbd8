//! Two server processes share the log; one after the other is killed in the middle of its commands, and what it
//! left unknown is asked again at once, elsewhere, while Postgres may still be carrying it out.

use support::cluster::Cluster;

use crate::process::Server;
use crate::round::{Round, seeds};

const COMMANDS_EACH: usize = 40;
const KILLS: u64 = 4;
/// Most answers between two kills.
const ANSWERS: u64 = 120;

#[tokio::test(flavor = "multi_thread")]
async fn a_server_killed_at_any_moment_loses_nothing_that_it_acknowledged() {
    let cluster = Cluster::start();
    for seed in seeds() {
        let mut round = Round::begin("killed server", &cluster, seed).await;
        let elsewhere = round.node().await;
        let start = |round: &Round, life: u64| Server::start(round, format!("server{life}"), COMMANDS_EACH);
        let mut other = start(&round, 0);
        for life in 1..=KILLS {
            let next = start(&round, life);
            let answers = round.random.between(1, ANSWERS);
            round.journal.grown_by(answers).await;
            std::mem::replace(&mut other, next).kill();
            round.retry_unknown(&elsewhere).await;
        }
        other.finish();
        elsewhere.close().await;
        round.conclude().await;
    }
}
