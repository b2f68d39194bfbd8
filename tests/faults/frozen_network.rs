//! From the moment a commit is under way nothing comes through to Postgres or back, and nobody says so: connections
//! stay open and stand still, past the timeouts, until they go on or are cut.

use std::time::Duration;

use support::cluster::Cluster;
use support::proxy::{Cut, Moment, Proxy};
use support::wait;

use crate::round::{Round, seeds};

const COMMANDS_EACH: usize = 30;
/// Answers before the freeze: fewer than the load has in all.
const ANSWERS: u64 = 200;
/// Some clients wait for others that wait for the network.
const ANSWERS_WHEN_PATIENCE_ENDS: u64 = 8;
/// Shorter than any timeout; longer than the writer waits for an answer.
const SECONDS: [u64; 2] = [1, 9];

#[tokio::test(flavor = "multi_thread")]
async fn a_network_that_stands_still_is_given_up_and_found_again() {
    let cluster = Cluster::start();
    for seed in seeds() {
        let mut round = Round::begin("frozen network", &cluster, seed).await;
        let proxy = Proxy::to(cluster.port()).await;
        let node = round.node_at(&proxy.url(&round.url)).await;
        let mut load = round.load(&[&node], COMMANDS_EACH);
        let answers = round.random.between(1, ANSWERS);
        round.journal.grown_by(answers).await;
        freeze_inside_a_commit(&proxy).await;
        stand_still(&mut round).await;
        if round.random.once_in(2) {
            proxy.cut_all(Cut::Reset);
        }
        proxy.thaw();
        load.ended().await;
        node.close().await;
        drop(proxy);
        round.conclude().await;
    }
}

async fn freeze_inside_a_commit(proxy: &Proxy) {
    let sent = proxy.set_trap(Moment::AfterItsCommit(Duration::ZERO), Cut::Silence, 0);
    sent.await.expect("the load goes on to a next call");
    proxy.freeze();
}

/// For some time, or until clients have been told something: patience must end by itself.
async fn stand_still(round: &mut Round) {
    if round.random.once_in(2) {
        round.journal.grown_by(ANSWERS_WHEN_PATIENCE_ENDS).await;
    } else {
        let seconds = round.random.one_of(&SECONDS);
        wait::let_pass(Duration::from_secs(seconds)).await;
    }
}
