//! Workers whose effects a test writes itself, at work on a log.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use eventstore::Log;
use eventstore::event::Recorded;
use eventstore::work::{LaneLimit, Owed};
use projections::Projection;
use projections::runtime::of;
use sqlx::PgConnection;
use workers::runtime::{
    AnyWorker, Effect, FromEvents, Outcome, Owes, PassedOn, Retry, RunningWorkers, Settings, Task, Worker,
    WorkersOptions, start,
};

use crate::wait;

pub const SOON: Duration = Duration::from_secs(15);

/// Owes something for each event of a workspace, in order for each workspace.
pub struct Noting;

impl Worker for Noting {
    const NAME: &'static str = "note";
    const EFFECT: Effect = Effect::Idempotent;

    async fn carry_out(&self, _: Task) -> Outcome {
        Outcome::Done
    }
}

impl Owes for Noting {
    fn owes(event: &Recorded) -> Vec<Owed> {
        match &*event.stream.aggregate {
            "workspace" => vec![Owed::of(&event.stream.tenant, event.position, event.stream.id.as_str())],
            _ => Vec::new(),
        }
    }
}

/// The same, and a workspace's description names nothing: the lane is the first letter of its id.
pub struct Calling;

pub const LIMIT: LaneLimit = LaneLimit { per_second: 4.75, burst: 1 };

impl Worker for Calling {
    const NAME: &'static str = "call";
    const EFFECT: Effect = Effect::Idempotent;
    const LANE_LIMIT: Option<LaneLimit> = Some(LIMIT);

    async fn carry_out(&self, _: Task) -> Outcome {
        Outcome::Done
    }
}

impl Owes for Calling {
    fn owes(event: &Recorded) -> Vec<Owed> {
        let lane = event.stream.id.as_str().chars().next().unwrap_or_default();
        Noting::owes(event).into_iter().map(|owed| owed.in_lane(lane.to_string())).collect()
    }
}

pub const NOTING: &[&dyn Projection] = &[of::<FromEvents<Noting>>()];
pub const CALLING: &[&dyn Projection] = &[of::<FromEvents<Calling>>()];

/// What holds for a worker unless a test says otherwise: many hands, and pauses that nobody notices.
pub fn settings(name: &'static str, effect: Effect) -> Settings {
    let retry =
        Retry { tries: 3, first_pause: Duration::from_millis(20), longest_pause: Duration::from_millis(100) };
    Settings { name, effect, concurrency: 32, time_limit: Duration::from_secs(30), retry, lane_limit: None }
}

/// A worker that does what a function says.
pub struct Scripted<F> {
    settings: Settings,
    act: F,
}

#[async_trait]
impl<F, Acting> AnyWorker for Scripted<F>
where
    F: Fn(Task) -> Acting + Send + Sync,
    Acting: Future<Output = Outcome> + Send,
{
    fn settings(&self) -> Settings {
        self.settings
    }

    async fn carry_out(&self, task: Task) -> Outcome {
        (self.act)(task).await
    }
}

pub fn scripted<F, Acting>(settings: Settings, act: F) -> Arc<dyn AnyWorker>
where
    F: Fn(Task) -> Acting + Send + Sync + 'static,
    Acting: Future<Output = Outcome> + Send + 'static,
{
    Arc::new(Scripted { settings, act })
}

pub async fn at_work(
    log: &Log,
    url: &str,
    intakes: &'static [&'static dyn Projection],
    worker: Arc<dyn AnyWorker>,
) -> RunningWorkers {
    let options = WorkersOptions {
        database_url: url.to_owned(),
        source: log.source(),
        executor: log.executor(),
        intakes,
        workers: vec![worker],
        traces: Arc::new(PassedOn),
    };
    start(options).await.expect("workers start")
}

/// What was done, in the order in which it was begun, for each key.
#[derive(Clone, Default)]
pub struct Done(Arc<Mutex<HashMap<String, Vec<i64>>>>);

impl Done {
    pub fn note(&self, task: &Task) {
        let mut done = self.0.lock().expect("nobody panicked");
        done.entry(task.claim.key.clone()).or_default().push(task.event.version);
    }

    pub fn of(&self, key: &str) -> Vec<i64> {
        self.0.lock().expect("nobody panicked").get(key).cloned().unwrap_or_default()
    }

    pub fn count(&self) -> usize {
        self.0.lock().expect("nobody panicked").values().map(Vec::len).sum()
    }
}

/// How much work there is in each state.
pub async fn states(admin: &mut PgConnection) -> Vec<(String, i64)> {
    sqlx::query_as("select state, count(*) from work group by state order by state")
        .fetch_all(admin)
        .await
        .expect("work can be counted")
}

/// Waits until this is all the work there is.
pub async fn until_states(admin: &mut PgConnection, wanted: &[(&str, i64)]) {
    let mut seen = Vec::new();
    let is_so = wait::until_true("work is in these states", SOON, async || {
        seen = states(admin).await;
        seen.iter().map(|(state, many)| (state.as_str(), *many)).eq(wanted.iter().copied())
    });
    is_so.await;
}
