//! Processes that keep read models are killed at any moment, while commands go on; whoever comes next goes on where
//! they were, and in the end every row says what the log says.

mod writer;

use std::process::{Child, Command, Stdio};
use std::time::Duration;

use eventstore::Log;
use serde::{Deserialize, Serialize};
use support::cluster::Cluster;
use support::projections::{assert_rows_equal_the_log, checkpoints_at_head};
use support::{database, log, wait};
use tokio::sync::watch;
use tokio::task::JoinSet;

use crate::round::{Round, seeds};
use writer::Writer;

const WRITERS: usize = 4;
/// Each costs the rest of a lease.
const KILLS: u64 = 3;
/// Most positions that all read models together come on between two kills.
const COME_ON: u64 = 3_000;
/// A kill comes up to so much later, anywhere in a batch.
const LATER_MS: u64 = 30;
const COME_ON_WITHIN: Duration = Duration::from_secs(60);
/// Starting a process, the end of a lease, and the rest of the log.
const CAUGHT_UP_WITHIN: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn read_models_of_processes_killed_at_any_moment_equal_the_log() {
    let cluster = Cluster::start();
    for seed in seeds() {
        let mut round = Round::begin("killed projections", &cluster, seed).await;
        let node = round.node().await;
        let (stop, writers) = write(&round, &node);
        let mut working = Process::start(&round);
        for _ in 0..KILLS {
            come_on(&round.url, round.random.between(1, COME_ON)).await;
            // Sometimes the next is there already and waits for the lease, sometimes nobody is.
            let next = round.random.once_in(2).then(|| Process::start(&round));
            wait::let_pass(Duration::from_millis(round.random.below(LATER_MS))).await;
            drop(working);
            working = next.unwrap_or_else(|| Process::start(&round));
        }
        stop.send_replace(true);
        writers.join_all().await;
        checkpoints_at_head(&round.url, CAUGHT_UP_WITHIN).await;
        drop(working);
        assert_rows_equal_the_log(&node, &round.url).await;
        node.close().await;
        let events = log::verify(&round.url).await;
        println!("killed projections: seed {seed}: rows equal a log of {events} events");
    }
}

fn write(round: &Round, node: &Log) -> (watch::Sender<bool>, JoinSet<()>) {
    let (stop, stopping) = watch::channel(false);
    let mut writers = JoinSet::new();
    for number in 0..WRITERS {
        let random = round.random.branch(&format!("writer {number}"));
        writers.spawn(Writer { executor: node.executor(), random }.work(stopping.clone()));
    }
    (stop, writers)
}

/// Waits until the checkpoints have come on by so much in all.
async fn come_on(url: &str, by: u64) {
    let before = positions(url).await;
    wait::until_true("read models come on", COME_ON_WITHIN, async || {
        positions(url).await >= before + by as i64
    })
    .await;
}

async fn positions(url: &str) -> i64 {
    sqlx::query_scalar("select coalesce(sum(position), 0)::bigint from projection_checkpoints")
        .fetch_one(&mut database::superuser(url).await)
        .await
        .expect("checkpoints can be read")
}

/// What such a process has to do; it is one when this variable is set.
const ORDERS: &str = "AIRTIDE_PROJECTING_CHILD";
/// The test that obeys.
const OBEYING: &str = "projections::obeys_its_orders";

#[derive(Serialize, Deserialize)]
struct Orders {
    database_url: String,
    keys_dir: String,
}

/// A process that keeps every read model; killed without warning when this is dropped.
struct Process(Child);

impl Process {
    fn start(round: &Round) -> Self {
        let keys_dir = round.keys.path().display().to_string();
        let orders = Orders { database_url: round.url.clone(), keys_dir };
        let child = Command::new(std::env::current_exe().expect("this program knows its path"))
            .args(["--exact", OBEYING, "--ignored", "--nocapture"])
            .env(ORDERS, serde_json::to_string(&orders).expect("orders are text"))
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .spawn()
            .expect("the program starts again");
        Self(child)
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs as a process that other tests start and kill"]
async fn obeys_its_orders() {
    let Ok(orders) = std::env::var(ORDERS) else {
        return;
    };
    let orders: Orders = serde_json::from_str(&orders).expect("orders");
    let options = log::options(&orders.database_url, orders.keys_dir.as_ref());
    let node = Log::open(options).await.expect("the log opens");
    let running = support::projections::start(&node, &orders.database_url).await;
    // Ends with whoever gave the orders, should that not have killed us.
    let ended = tokio::task::spawn_blocking(|| std::io::copy(&mut std::io::stdin(), &mut std::io::sink()));
    let _ = ended.await;
    running.stop().await;
}
