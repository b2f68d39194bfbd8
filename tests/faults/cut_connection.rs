//! The writer's connection is cut around its commits, again and again: before the call, before the commit, and so
//! soon after it that nobody hears whether it was carried out.

use std::time::Duration;

use support::cluster::Cluster;
use support::proxy::{Cut, Moment, Proxy};
use support::random::Random;

use crate::round::{Round, seeds};

const COMMANDS_EACH: usize = 50;
/// Longest time between a call and its cut: a commit takes less.
const DELAY_MICROSECONDS: u64 = 2_000;
/// One cut in so many is not noticed before the writer's patience with a call ends, which takes seconds.
const SILENCES: u64 = 50;
/// Most calls that pass between two cuts.
const SPARED: u64 = 6;

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_cut_inside_a_commit_loses_nothing_and_doubles_nothing() {
    let cluster = Cluster::start();
    for seed in seeds() {
        let mut round = Round::begin("cut connection", &cluster, seed).await;
        let proxy = Proxy::to(cluster.port()).await;
        let node = round.node_at(&proxy.url(&round.url)).await;
        let mut load = round.load(&[&node], COMMANDS_EACH);
        let mut cuts = 0;
        while !load.has_ended() {
            let sprung = set_trap(&proxy, &mut round.random);
            tokio::select! {
                _ = sprung => cuts += 1,
                () = load.ended() => {}
            }
        }
        println!("cut connection: {cuts} cuts");
        node.close().await;
        drop(proxy);
        round.conclude().await;
    }
}

/// Around one of the next calls; told when it has cut a connection.
pub fn set_trap(proxy: &Proxy, random: &mut Random) -> tokio::sync::oneshot::Receiver<()> {
    let delay = Duration::from_micros(random.below(DELAY_MICROSECONDS));
    let moment = match random.below(8) {
        0 => Moment::BeforeTheCall,
        1 | 2 => Moment::BeforeItsCommit(delay),
        _ => Moment::AfterItsCommit(delay),
    };
    let cut = if random.once_in(SILENCES) { Cut::Silence } else { random.one_of(&[Cut::Reset, Cut::Close]) };
    let spared = random.below(SPARED);
    proxy.set_trap(moment, cut, spared)
}
