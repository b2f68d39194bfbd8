//! Keeps read models in step with the log: reads it in order, writes rows and checkpoint in one transaction, and takes
//! turns with other processes, so that each read model has one writer at a time.

mod batch;
mod begin;
mod check;
mod checkpoint;
mod fault;
mod feed;
mod install;
mod lookout;
mod metrics;
mod model;
mod owner;
mod park;
mod progress;
mod projection;
pub mod rebuild;
mod redrive;

pub use begin::begin;
pub use check::{CompareFailed, compare};
pub use checkpoint::Checkpoint;
pub use fault::Fault;
pub use install::{InstallFailed, install};
pub use model::{Begins, Key, Noted, Opened, Pace, ProjectFault, ReadModel};
pub use progress::{Progress, WaitError};
pub use projection::{OpenedEvent, Projection, of};
pub use redrive::{RedriveFailed, Redriven, redrive};

use std::sync::Arc;

use eventstore::database::{self, Role};
use eventstore::follow::EventSource;
use prometheus_client::registry::Registry;
use sqlx::PgPool;
use tokio::sync::watch;
use tokio::task::JoinSet;
use uuid::Uuid;

use checkpoint::Holder;
use lookout::Lookout;
use metrics::Metrics;
use owner::{Owner, Shared, Written};

/// Connections that write read models, however many there are.
const CONNECTIONS: u32 = 8;

pub struct ProjectionsOptions {
    pub database_url: String,
    pub source: EventSource,
    /// Usually [`crate::all`].
    pub projections: &'static [&'static dyn Projection],
    /// Told, by name, of each batch that was committed and had something in it.
    pub written: Option<Arc<Written>>,
}

pub struct Projections;

/// Projections at work in this process. Dropped without [`Self::stop`], they end at once and keep their leases until
/// those run out.
pub struct RunningProjections {
    progress: Progress,
    metrics: Metrics,
    pool: PgPool,
    stop: watch::Sender<bool>,
    owners: JoinSet<()>,
    lookout: JoinSet<()>,
}

impl Projections {
    /// Makes the tables that are missing, and begins.
    pub async fn start(options: ProjectionsOptions) -> Result<RunningProjections, InstallFailed> {
        let ProjectionsOptions { database_url, source, projections, written } = options;
        begin(&database_url, projections).await?;
        let pool = database::pool(&database_url, Role::Projector, CONNECTIONS)?;
        let progress = Progress::start(&database_url, source.head(), projections)?;
        let metrics = Metrics::new(source.alarms().clone());
        let shared = Arc::new(Shared {
            pool: pool.clone(),
            source,
            progress: progress.clone(),
            metrics: metrics.clone(),
            written,
        });
        let (stop, stopping) = watch::channel(false);
        let (owner, mut owners) = (Uuid::now_v7(), JoinSet::new());
        for projection in projections.iter().copied() {
            let owner = Owner::new(Arc::clone(&shared), Holder { projection, owner });
            owners.spawn(owner.run(stopping.clone()));
        }
        let mut lookout = JoinSet::new();
        lookout.spawn(Lookout::new(progress.clone(), projections, metrics.clone()).look());
        Ok(RunningProjections { progress, metrics, pool, stop, owners, lookout })
    }
}

impl RunningProjections {
    pub fn progress(&self) -> Progress {
        self.progress.clone()
    }

    pub fn register_metrics(&self, registry: &mut Registry) {
        self.register_metrics_as("airtide_projection", registry);
    }

    /// The same for what is no read model.
    pub fn register_metrics_as(&self, prefix: &str, registry: &mut Registry) {
        self.metrics.register(prefix, registry);
    }

    /// Gives every lease back, so that another process can take over at once.
    pub async fn stop(mut self) {
        self.lookout.shutdown().await;
        self.stop.send_replace(true);
        while let Some(ended) = self.owners.join_next().await {
            if let Err(error) = ended {
                tracing::error!(%error, "a projection ended in an unforeseen way");
            }
        }
        self.pool.close().await;
    }
}
