//! Runs the steps of all writers at once, on two nodes of one log.

use std::sync::Arc;

use domain::identity::Workspace;
use eventstore::Log;
use eventstore::execute::{CommandError, Receipt, Request};
use eventstore::read::{At, Reader};
use support::log::{TestLog, keyed, request, stream_id, tenant};
use support::{database, work};
use tokio::task::JoinSet;

use super::step::{CLAIMS, COUNTERS, OPEN, Step, claim_of, counter_of};

/// What every counter may hold.
pub const ALLOWED: i64 = 5;

/// One step and what its writer was answered.
#[derive(Debug)]
pub struct Attempt {
    pub step: Step,
    pub owner: String,
    /// The version that the step named, if it names one.
    pub version: i64,
    pub outcome: Result<Receipt, CommandError>,
}

pub struct Ran {
    pub log: TestLog,
    pub other: Log,
    pub attempts: Vec<Attempt>,
}

impl Ran {
    pub async fn close(self) {
        self.other.close().await;
        self.log.log.close().await;
    }
}

pub async fn run(writers: Vec<Vec<Step>>) -> Ran {
    let log = TestLog::open().await;
    make_counters_and_claims(&log.url).await;
    let other = log.another_node().await;
    let nodes = [&log.log, &other];
    let mut running = JoinSet::new();
    for (number, steps) in writers.into_iter().enumerate() {
        let node = nodes[number % nodes.len()];
        let writer = Arc::new(Writer {
            name: format!("writer-{number}"),
            executor: node.executor(),
            reader: node.reader(),
        });
        running.spawn(async move { writer.run(steps).await });
    }
    let attempts = running.join_all().await.into_iter().flatten().collect();
    Ran { log, other, attempts }
}

async fn make_counters_and_claims(url: &str) {
    let mut admin = database::superuser(url).await;
    for counter in COUNTERS {
        sqlx::query("insert into counters(tenant, name, used, allowed) values ('acme', $1, 0, $2)")
            .bind(counter_of(counter))
            .bind(ALLOWED)
            .execute(&mut admin)
            .await
            .expect("a counter is made");
    }
    for claim in CLAIMS {
        work::claimed(&mut admin, &claim_of(claim), OPEN as i32, OPEN).await;
    }
}

struct Writer {
    name: String,
    executor: eventstore::execute::Executor,
    reader: Reader,
}

impl Writer {
    async fn run(&self, steps: Vec<Step>) -> Vec<Attempt> {
        let mut attempts = Vec::with_capacity(steps.len());
        for (number, step) in steps.into_iter().enumerate() {
            attempts.push(self.carry_out(step, &format!("{}-{number}", self.name)).await);
        }
        attempts
    }

    async fn carry_out(&self, step: Step, own: &str) -> Attempt {
        let version = match step.versioned() {
            Some((workspace, ahead)) => (self.version_of(&workspace).await + ahead).max(0),
            None => 0,
        };
        let plan = step.plan(own, &self.name, version);
        let outcome = self.executor.execute(&self.request(&step), plan).await;
        Attempt { step, owner: self.name.clone(), version, outcome }
    }

    fn request(&self, step: &Step) -> Request {
        match step {
            Step::Keyed { key, content } => {
                keyed(&self.executor, &super::step::key_of(*key), &format!("content {content}"))
            }
            _ => request(),
        }
    }

    async fn version_of(&self, workspace: &str) -> i64 {
        self.reader
            .state_at::<Workspace>(&tenant("acme"), stream_id(workspace), At::Now)
            .await
            .expect("a workspace can be read")
            .version
    }
}
