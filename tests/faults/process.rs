//! A server process: this program run again, opening the log and letting clients write their journal to standard
//! output. It is killed without warning.

use std::io::{BufRead, BufReader};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::Arc;
use std::thread::JoinHandle;

use eventstore::Log;
use serde::{Deserialize, Serialize};
use support::log;
use support::random::Random;
use tokio::task::JoinSet;

use crate::client::Client;
use crate::journal::{Journal, Line};
use crate::round::Round;

/// What such a process has to do; it is one when this variable is set.
const ORDERS: &str = "AIRTIDE_TORTURE_CHILD";
/// The test that obeys.
const OBEYING: &str = "process::obeys_its_orders";
const CLIENTS: usize = 8;

#[derive(Serialize, Deserialize)]
struct Orders {
    database_url: String,
    keys_dir: String,
    seed: u64,
    /// Begins the names of its clients.
    name: String,
    commands_each: usize,
}

pub struct Server {
    name: String,
    child: Child,
    listening: Option<JoinHandle<()>>,
    journal: Arc<Journal>,
}

impl Server {
    /// Starts a process whose clients' names begin with `name`.
    pub fn start(round: &Round, name: String, commands_each: usize) -> Self {
        let orders = Orders {
            database_url: round.url.clone(),
            keys_dir: round.keys.path().display().to_string(),
            seed: round.seed,
            name: name.clone(),
            commands_each,
        };
        let mut child = Command::new(std::env::current_exe().expect("this program knows its path"))
            .args(["--exact", OBEYING, "--ignored", "--nocapture"])
            .env(ORDERS, serde_json::to_string(&orders).expect("orders are text"))
            .stdout(Stdio::piped())
            .spawn()
            .expect("the program starts again");
        let output = child.stdout.take().expect("its output is piped");
        let journal = Arc::clone(&round.journal);
        let listening = std::thread::spawn(move || listen(output, &journal));
        Self { name, child, listening: Some(listening), journal: Arc::clone(&round.journal) }
    }

    /// SIGKILL. What it was about to write down is lost with it.
    pub fn kill(mut self) {
        self.end_now();
        self.journal.lose(&format!("{}-", self.name));
    }

    /// Waits until its clients are done. Blocks.
    pub fn finish(mut self) {
        self.hear_out();
        let status = self.child.wait().expect("the process ends");
        assert!(status.success(), "server {}: {status}", self.name);
    }

    fn end_now(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
        self.hear_out();
    }

    fn hear_out(&mut self) {
        if let Some(listening) = self.listening.take() {
            listening.join().expect("the journal accepts every line");
        }
    }
}

/// A failed round must not leave a process behind.
impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Keeps the journal until the process ends; the last line may have been cut short by its death.
fn listen(output: ChildStdout, journal: &Journal) {
    for line in BufReader::new(output).lines().map_while(Result::ok) {
        if let Ok(line) = serde_json::from_str::<Line>(&line) {
            journal.record(line);
        }
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
    let journal = Arc::new(Journal::told());
    let mut clients = JoinSet::new();
    for number in 0..CLIENTS {
        let name = format!("{}-c{number}", orders.name);
        let client = Client {
            random: Random::seeded(orders.seed).branch(&name),
            name,
            executor: node.executor(),
            journal: Arc::clone(&journal),
        };
        clients.spawn(client.work(orders.commands_each));
    }
    while let Some(ended) = clients.join_next().await {
        ended.expect("a client does not panic");
    }
    node.close().await;
}
