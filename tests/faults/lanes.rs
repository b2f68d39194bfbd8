//! Four processes of workers and one lane, whose calls a real server counts: the lane is served by one process at a time,
//! never faster than its bucket allows, and another takes over soon after a kill -9.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use eventstore::Log;
use serde::{Deserialize, Serialize};
use support::api::call;
use support::log::{TestLog, options, write_versions};
use support::receiver::{Received, Receiver};
use support::wait;
use support::workers::{CALLING, LIMIT, at_work, scripted, settings};
use workers::runtime::{Effect, Outcome};

use crate::round::seeds_of;

/// What such a process has to do; it is one when this variable is set.
const ORDERS: &str = "AIRTIDE_LANE_CHILD";
/// The test that obeys.
const OBEYING: &str = "lanes::calls_as_ordered";
const READY: &str = "at work";
const PROCESSES: usize = 4;
const CALLS: usize = 30;
const CALLS_BEFORE_THE_KILL: usize = 8;
const IN_A_SECOND_MAX: usize = 5;
const TAKEN_OVER_WITHIN: Duration = Duration::from_secs(5);

#[derive(Serialize, Deserialize)]
struct Orders {
    database_url: String,
    keys_dir: String,
    /// Whom to call.
    url: String,
    /// The path under which it calls.
    path: String,
}

/// A process that has to be killed.
struct Caller(Child);

impl Caller {
    /// Blocks until it is at work.
    fn start(log: &TestLog, receiver: &Receiver, number: usize) -> Self {
        let orders = Orders {
            database_url: log.url.clone(),
            keys_dir: log.keys_dir().display().to_string(),
            url: receiver.url(""),
            path: format!("/{number}"),
        };
        let mut child = Command::new(std::env::current_exe().expect("this program knows its path"))
            .args(["--exact", OBEYING, "--ignored", "--nocapture"])
            .env(ORDERS, serde_json::to_string(&orders).expect("orders are text"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts again");
        let output = BufReader::new(child.stdout.take().expect("its output is piped"));
        let is_ready = output.lines().map_while(Result::ok).any(|line| line.contains(READY));
        assert!(is_ready, "process {number} ended before it was at work");
        Self(child)
    }

    fn kill(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Drop for Caller {
    fn drop(&mut self) {
        self.kill();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn four_processes_keep_within_the_bucket_and_another_takes_over_after_a_kill() {
    for _ in seeds_of(1) {
        round().await;
    }
}

async fn round() {
    let log = TestLog::open().await;
    let receiver = Receiver::start(|_| 200);
    let mut callers: Vec<Caller> =
        (0..PROCESSES).map(|number| Caller::start(&log, &receiver, number)).collect();
    for number in 0..CALLS {
        write_versions(&log.executor(), &format!("a{number}"), 1..=1).await;
    }
    let calls = async |many: usize| {
        let within = Duration::from_secs(30);
        wait::until_true("calls", within, async || receiver.received().len() >= many).await;
        receiver.received()
    };
    let serving = calls(CALLS_BEFORE_THE_KILL).await[0].path.clone();
    let number: usize = serving[1..].parse().expect("a number");
    callers[number].kill();
    let killed_at = Instant::now();

    let received = calls(CALLS).await;
    let taken_over = received.iter().find(|call| call.path != serving).expect("another one calls");
    let took = taken_over.at - killed_at;
    assert!(took < TAKEN_OVER_WITHIN, "it took {took:?}");
    let most = most_in_a_second(&received);
    println!("lanes: taken over after {took:?}, at most {most} calls in a second");
    assert!(most <= IN_A_SECOND_MAX, "{most} calls in a second");
    let from_both_sides = received.iter().skip_while(|call| call.path == serving);
    assert!(from_both_sides.clone().all(|call| call.path == taken_over.path), "one process at a time");
    drop(callers);
    log.close().await;
}

/// The most calls within any second.
fn most_in_a_second(calls: &[Received]) -> usize {
    let in_the_second_from = |from: Instant| {
        calls.iter().filter(|call| call.at >= from && call.at - from < Duration::from_secs(1)).count()
    };
    calls.iter().map(|call| in_the_second_from(call.at)).max().unwrap_or_default()
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "runs as a process that another test starts and kills"]
async fn calls_as_ordered() {
    let Ok(orders) = std::env::var(ORDERS) else {
        return;
    };
    let orders: Orders = serde_json::from_str(&orders).expect("orders");
    let node =
        Log::open(options(&orders.database_url, orders.keys_dir.as_ref())).await.expect("the log opens");
    let (url, path): (Arc<str>, Arc<str>) = (orders.url.into(), orders.path.into());
    let mut settings = settings("call", Effect::Idempotent);
    settings.lane_limit = Some(LIMIT);
    let worker = scripted(settings, move |_| {
        let (url, path) = (Arc::clone(&url), Arc::clone(&path));
        async move {
            let calling = tokio::task::spawn_blocking(move || call(&url, "POST", &path).send().expect(200));
            calling.await.map_or_else(|error| Outcome::Unknown(error.to_string()), |_| Outcome::Done)
        }
    });
    let _running = at_work(&node, &orders.database_url, CALLING, worker).await;
    println!("{READY}");
    std::future::pending::<()>().await;
}
