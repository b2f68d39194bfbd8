//! The runtime of workers: intakes that say what is owed, and crews that do it.

mod attempt;
mod crew;
mod erased;
mod hand;
mod intake;
mod lookout;
mod metrics;
mod names;
mod owing;
mod pace;
mod replay;
mod retry;
mod settling;
mod traces;
mod upkeep;
mod worker;

pub use erased::{AnyWorker, Settings, of};
pub use intake::FromEvents;
pub use owing::{Owing, from_events};
pub use replay::{Replay, ReplayFailed, ReplayTold, Replayed};
pub use retry::Retry;
pub use traces::{PassedOn, Traces};
pub use worker::{Effect, Outcome, Owes, Task, Worker};

use std::collections::HashMap;
use std::sync::Arc;

use eventstore::database::Unfit;
use eventstore::execute::Executor;
use eventstore::follow::EventSource;
use eventstore::work::Work;
use projections::{InstallFailed, Projection, Projections, ProjectionsOptions, RunningProjections};
use prometheus_client::registry::Registry;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;

use attempt::Tools;
use crew::Crew;
use hand::Hand;
use metrics::Metrics;
use pace::Pace;
use settling::Settler;

/// Connections with which the workers of one process claim and settle.
const CONNECTIONS: u32 = 6;

pub struct WorkersOptions {
    pub database_url: String,
    pub source: EventSource,
    pub executor: Executor,
    /// Usually [`crate::INTAKES`]: one for each worker, of the same name.
    pub intakes: &'static [&'static dyn Projection],
    pub workers: Vec<Arc<dyn AnyWorker>>,
    pub traces: Arc<dyn Traces>,
}

#[derive(Debug, thiserror::Error)]
pub enum StartFailed {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the intakes of workers cannot be made")]
    Intakes(#[from] InstallFailed),
}

/// Workers at work in this process.
pub struct RunningWorkers {
    intakes: RunningProjections,
    work: Work,
    metrics: Metrics,
    stop: watch::Sender<bool>,
    crews: JoinSet<()>,
    beside: JoinSet<()>,
}

/// Begins to work.
pub async fn start(options: WorkersOptions) -> Result<RunningWorkers, StartFailed> {
    let WorkersOptions { database_url, source, executor, intakes, workers, traces } = options;
    let work = Work::open(&database_url, CONNECTIONS)?;
    let metrics = Metrics::new(source.alarms().clone());
    let wakes = Wakes::of(&workers);
    let waking = wakes.clone();
    let intakes = Projections::start(ProjectionsOptions {
        database_url,
        source,
        projections: intakes,
        written: Some(Arc::new(move |name| waking.wake(name))),
    })
    .await?;
    let (stop, stopping) = watch::channel(false);
    let (mut crews, mut beside) = (JoinSet::new(), JoinSet::new());
    let (settler, _) = Settler::start(work.clone());
    let names = workers.iter().map(|worker| worker.settings().name).collect();
    for worker in workers {
        let wake = wakes.of_worker(worker.settings().name);
        let tools = Arc::new(Tools {
            pace: worker.settings().lane_limit.map(Pace::new),
            worker,
            work: work.clone(),
            executor: executor.clone(),
            hand: Hand::default(),
            settler: settler.clone(),
            metrics: metrics.clone(),
            traces: Arc::clone(&traces),
            stopping: stopping.clone(),
        });
        beside.spawn(tools.hand.clone().keep(work.clone()));
        beside.spawn(upkeep::see_to(Arc::clone(&tools), Arc::clone(&wake)));
        crews.spawn(Crew::new(tools, wake).run(stopping.clone()));
    }
    beside.spawn(lookout::look(work.clone(), names, metrics.clone()));
    Ok(RunningWorkers { intakes, work, metrics, stop, crews, beside })
}

/// What wakes the crew of each worker.
#[derive(Clone)]
struct Wakes(Arc<HashMap<&'static str, Arc<Notify>>>);

impl Wakes {
    fn of(workers: &[Arc<dyn AnyWorker>]) -> Self {
        let wake = |worker: &Arc<dyn AnyWorker>| (worker.settings().name, Arc::default());
        Self(Arc::new(workers.iter().map(wake).collect()))
    }

    fn of_worker(&self, name: &str) -> Arc<Notify> {
        self.0.get(name).cloned().unwrap_or_default()
    }

    fn wake(&self, name: &str) {
        if let Some(wake) = self.0.get(name) {
            wake.notify_one();
        }
    }
}

impl RunningWorkers {
    pub fn register_metrics(&self, registry: &mut Registry) {
        self.metrics.register(registry);
        self.intakes.register_metrics_as("airtide_intake", registry);
    }

    /// Ends what is under way and gives the rest back, so that another process can take over at once.
    pub async fn stop(mut self) {
        self.intakes.stop().await;
        self.stop.send_replace(true);
        while let Some(ended) = self.crews.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a crew ended in an unforeseen way");
            }
        }
        self.beside.shutdown().await;
        self.work.close().await;
    }
}
