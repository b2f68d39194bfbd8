//! Two nodes of this process and one of another write the same streams and fight for the same names.

use support::cluster::Cluster;

use crate::process::Server;
use crate::round::{Round, seeds};

const COMMANDS_EACH: usize = 60;

#[tokio::test(flavor = "multi_thread")]
async fn writers_that_race_on_the_same_streams_never_both_win() {
    let cluster = Cluster::start();
    for seed in seeds() {
        let round = Round::begin("two writers", &cluster, seed).await;
        let nodes = [round.node().await, round.node().await];
        let another = Server::start(&round, "server".into(), COMMANDS_EACH);
        let mut load = round.load(&nodes.each_ref(), COMMANDS_EACH);
        load.ended().await;
        tokio::task::spawn_blocking(|| another.finish()).await.expect("the other process ends");
        for node in nodes {
            node.close().await;
        }
        round.conclude().await;
    }
}
