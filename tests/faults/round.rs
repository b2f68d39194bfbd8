//! One round: a database of its own, clients at work while a fault does its worst, retries of everything, and the
//! log held against the journal before and after them.

use std::sync::Arc;
use std::time::Duration;

use eventstore::Log;
use sqlx::AssertSqlSafe;
use sqlx::Connection;
use support::cluster::Cluster;
use support::random::Random;
use support::{backends, database, log, work};
use tempfile::TempDir;
use tokio::task::JoinSet;

use crate::audit::{Findings, audit};
use crate::client::{Client, ask};
use crate::draw::{CLAIMS, SHARED, claim, shared};
use crate::journal::{Answer, Entry, Journal};
use crate::task::{COUNTER, COUNTER_ALLOWED, Step, TENANT, Task};

const ROUNDS_IN_EVERY_TEST_RUN: u64 = 3;
const CLIENTS: usize = 16;
/// Beyond every patience that the log and a client may have with a fault.
const LOAD_ENDS_WITHIN: Duration = Duration::from_secs(120);
/// Retries under way together.
const RETRIES_TOGETHER: usize = 16;

pub struct Round {
    name: &'static str,
    pub seed: u64,
    pub random: Random,
    pub url: String,
    pub keys: TempDir,
    pub journal: Arc<Journal>,
}

/// Clients at work.
pub struct Load {
    clients: JoinSet<()>,
    journal: Arc<Journal>,
}

/// Seeds of the rounds to run: `AIRTIDE_FAULT_SEED` alone, else as many as `AIRTIDE_FAULT_ROUNDS` says.
pub fn seeds() -> Vec<u64> {
    seeds_of(ROUNDS_IN_EVERY_TEST_RUN)
}

/// The same, with another number of rounds where nobody says how many.
pub fn seeds_of(rounds_in_every_test_run: u64) -> Vec<u64> {
    if let Some(seed) = number_of("AIRTIDE_FAULT_SEED") {
        return vec![seed];
    }
    let rounds = number_of("AIRTIDE_FAULT_ROUNDS").unwrap_or(rounds_in_every_test_run);
    let mut random = Random::seeded(uuid::Uuid::new_v4().as_u64_pair().0);
    // Short enough to be typed again.
    (0..rounds).map(|_| random.below(1 << 32)).collect()
}

fn number_of(variable: &str) -> Option<u64> {
    let text = std::env::var(variable).ok()?;
    Some(text.parse().unwrap_or_else(|_| panic!("{variable} is a number")))
}

impl Round {
    pub async fn begin(name: &'static str, cluster: &Cluster, seed: u64) -> Self {
        println!("{name}: seed {seed}");
        let url = cluster.fresh(&format!("round_{seed}")).await;
        let round = Self {
            name,
            seed,
            random: Random::seeded(seed).branch(name),
            url,
            keys: tempfile::tempdir().expect("a folder for keys"),
            journal: Arc::new(Journal::kept()),
        };
        round.prepare().await;
        round
    }

    /// What the clients fight for.
    async fn prepare(&self) {
        let mut admin = database::superuser(&self.url).await;
        for number in 0..CLAIMS {
            work::claimed(&mut admin, &claim(number), 1, 1).await;
        }
        let counter = format!(
            "insert into counters(tenant, name, used, allowed) values ('{TENANT}', '{COUNTER}', 0, {COUNTER_ALLOWED})"
        );
        sqlx::raw_sql(AssertSqlSafe(counter)).execute(&mut admin).await.expect("a counter");
        admin.close().await.expect("the superuser leaves");
        let node = self.node().await;
        for number in 0..SHARED {
            let task = Task::of(Step::create(shared(number), "Shared"));
            ask(&node.executor(), &self.journal, &shared(number), &task).await;
        }
        node.close().await;
    }

    /// A node of the log.
    pub async fn node(&self) -> Log {
        self.node_at(&self.url).await
    }

    /// One that reaches Postgres in another way.
    pub async fn node_at(&self, url: &str) -> Log {
        let options = log::options(url, self.keys.path());
        Log::open(options).await.expect("the log opens")
    }

    /// Sets clients to work, spread over nodes, each with so many commands.
    pub fn load(&self, nodes: &[&Log], commands_each: usize) -> Load {
        let mut clients = JoinSet::new();
        for number in 0..CLIENTS {
            let name = format!("c{number}");
            let client = Client {
                random: self.random.branch(&name),
                name,
                executor: nodes[number % nodes.len()].executor(),
                journal: Arc::clone(&self.journal),
            };
            clients.spawn(client.work(commands_each));
        }
        Load { clients, journal: Arc::clone(&self.journal) }
    }

    /// Holds the log against the journal, asks again for everything, and holds it against the journal once more.
    pub async fn conclude(self) {
        backends::none_left(&self.url).await;
        let unknown = self.journal.count(|entry| entry.may_be_written);
        let found = audit(&self.url, &self.journal).await;
        let node = self.node().await;
        let retried = self.retry_all(&node, &found).await;
        node.close().await;
        backends::none_left(&self.url).await;
        let found = audit(&self.url, &self.journal).await;
        for key in self.journal.keys(|entry| entry.is_unknown() && entry.can_be_retried()) {
            assert!(found.receipt(&key).is_none(), "a retry of {key} said it is not written");
        }
        let (commands, acknowledged) =
            (self.journal.count(|_| true), self.journal.count(Entry::is_acknowledged));
        println!(
            "{}: seed {}: {commands} commands, {} events, {acknowledged} acknowledged, {unknown} unknown, {retried} retried",
            self.name,
            self.seed,
            found.events(),
        );
    }

    async fn retry_all(&self, node: &Log, found: &Findings) -> usize {
        let keys = self.journal.keys(Entry::can_be_retried);
        for together in keys.chunks(RETRIES_TOGETHER) {
            let mut retries = JoinSet::new();
            for key in together {
                retries.spawn(retry(node.executor(), Arc::clone(&self.journal), key.clone()));
            }
            while let Some(retried) = retries.join_next().await {
                let (key, answer) = retried.expect("a retry does not panic");
                check_retry(&key, &answer, found);
            }
        }
        keys.len()
    }

    /// Asks again for everything that is unknown by now, wherever it may be on its way.
    pub async fn retry_unknown(&self, node: &Log) {
        for key in self.journal.keys(|entry| entry.is_unknown() && entry.can_be_retried()) {
            retry(node.executor(), Arc::clone(&self.journal), key).await;
        }
    }
}

async fn retry(
    executor: eventstore::execute::Executor,
    journal: Arc<Journal>,
    key: String,
) -> (String, Answer) {
    let task = journal.entry(&key).task;
    let answer = ask(&executor, &journal, &key, &task).await;
    (key, answer)
}

/// What was in the log is answered with what is there; what was not is written now, or refused.
fn check_retry(key: &str, answer: &Answer, found: &Findings) {
    match (answer, found.receipt(key)) {
        (Answer::Acknowledged(receipt), Some(in_the_log)) => assert_eq!(receipt, in_the_log, "{key}"),
        (Answer::Acknowledged(receipt), None) => assert!(!receipt.replayed, "{key} was not in the log"),
        (Answer::Refused(_) | Answer::Contended, None) => {}
        (answer, in_the_log) => panic!("{key} gets {answer:?}; in the log: {in_the_log:?}"),
    }
}

impl Load {
    pub fn has_ended(&mut self) -> bool {
        while let Some(ended) = self.clients.try_join_next() {
            ended.expect("a client does not panic");
        }
        self.clients.is_empty()
    }

    /// Waits until every client is done.
    pub async fn ended(&mut self) {
        let all = async {
            while let Some(ended) = self.clients.join_next().await {
                ended.expect("a client does not panic");
            }
        };
        if tokio::time::timeout(LOAD_ENDS_WITHIN, all).await.is_err() {
            let waiting = self.journal.keys(|entry| entry.is_open);
            panic!("clients are not done within {LOAD_ENDS_WITHIN:?}; without an answer: {waiting:?}");
        }
    }
}
