//! The backend that the writer speaks to ends: mostly by an administrator's word, now and then by SIGKILL, after
//! which Postgres ends every session and recovers.

use nix::sys::signal::Signal;
use sqlx::PgConnection;
use support::cluster::Cluster;
use support::{backends, database, processes};

use crate::round::{Round, seeds};

const COMMANDS_EACH: usize = 50;
const LOSSES: u64 = 6;
/// One loss in so many is a SIGKILL.
const SIGKILLS: u64 = 3;
/// Most answers between two losses: fewer than the load has in all.
const ANSWERS: u64 = 80;

#[tokio::test(flavor = "multi_thread")]
async fn a_lost_backend_takes_nothing_with_it() {
    let cluster = Cluster::start();
    for seed in seeds() {
        let mut round = Round::begin("lost backend", &cluster, seed).await;
        let node = round.node().await;
        let mut load = round.load(&[&node], COMMANDS_EACH);
        for _ in 0..LOSSES {
            let answers = round.random.between(1, ANSWERS);
            round.journal.grown_by(answers).await;
            let by_signal = round.random.once_in(SIGKILLS);
            if let Ok(mut observer) = database::try_superuser(&round.url).await {
                lose(&mut observer, by_signal).await;
            }
        }
        load.ended().await;
        node.close().await;
        round.conclude().await;
    }
}

async fn lose(observer: &mut PgConnection, by_signal: bool) {
    match backends::appending(observer).await {
        Some(backend) if by_signal => processes::send(backend, Signal::SIGKILL),
        Some(backend) => backends::terminate(observer, backend).await,
        // Between two connections there is nothing to lose.
        None => {}
    }
}
