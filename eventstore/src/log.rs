//! The log as a whole: opened once per process, closed once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use prometheus_client::registry::Registry;
use sqlx::{Connection, PgConnection, PgPool};
use tokio::sync::watch;
use tokio::task::JoinHandle;

use crate::alarms::Alarms;
use crate::append::{RunningWriter, Writer, WriterOptions};
use crate::database::{self, Role, Unfit};
use crate::erasure;
use crate::execute::recent::RecentCommands;
use crate::execute::state::States;
use crate::execute::{Executor, Parts};
use crate::follow::{EventSource, Follow, FollowOptions, Head, Tail};
use crate::keyring::state;
use crate::keys::{KeyFault, Keys, marks};
use crate::lanes::Lanes;
use crate::load::Batcher;
use crate::metrics::Metrics;
use crate::partitions;
use crate::read::Reader;
use crate::seal::Sealer;
use crate::snapshot::Snapshots;

/// Connections for what the executor reads beside its batched questions: keys of subjects, snapshots.
const LOAD_CONNECTIONS: u32 = 4;
/// Connections of readers.
const READ_CONNECTIONS: u32 = 8;

pub struct LogOptions {
    pub database_url: String,
    pub keys_dir: PathBuf,
    /// Commands that may wait for the writer.
    pub queue_units: usize,
    /// Memory for states of aggregates.
    pub cache_bytes: usize,
    /// Events of a stream between two snapshots of it.
    pub snapshot_every: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum OpenFailed {
    #[error("the database is not fit for the log")]
    Unfit(#[from] Unfit),
    #[error("the keys are not in order")]
    Keys(#[from] KeyFault),
}

/// The open log.
pub struct Log {
    executor: Executor,
    reader: Reader,
    writer: RunningWriter,
    follow: Follow,
    readers: PgPool,
    loads: PgPool,
    keys: Arc<Keys>,
    maintenance: JoinHandle<()>,
    noticing: JoinHandle<()>,
    metrics: Arc<Metrics>,
}

impl Log {
    /// Opens the log of a migrated database. Refuses one that may forget what it acknowledged.
    pub async fn open(options: LogOptions) -> Result<Self, OpenFailed> {
        let LogOptions { database_url, keys_dir, queue_units, cache_bytes, snapshot_every } = options;
        let keys = Arc::new(open_keys(&database_url, &keys_dir).await?);
        let loads = checked_pool(&database_url, Role::LogWriter, LOAD_CONNECTIONS).await?;
        let readers = checked_pool(&database_url, Role::LogReader, READ_CONNECTIONS).await?;
        let metrics = Arc::new(Metrics::default());
        let sealer = Arc::new(Sealer::new(Arc::clone(&keys), loads.clone()));
        let reader = Reader::new(readers.clone(), Arc::clone(&sealer));
        let writer = Writer::start(WriterOptions {
            database_url: database_url.clone(),
            queue_units,
            metrics: Arc::clone(&metrics),
        })
        .await?;
        let follow = Follow::start(FollowOptions {
            database_url: database_url.clone(),
            reader: reader.clone(),
            own: writer.head.clone(),
            metrics: Arc::clone(&metrics),
            alarms: Alarms::default(),
        })?;
        let executor = Executor::new(Parts {
            appender: writer.appender.clone(),
            head: writer.head.clone(),
            lanes: Arc::new(Lanes::default()),
            states: States::new(cache_bytes),
            recent: RecentCommands::new(),
            snapshot_every: snapshot_every.max(1),
            streams: Batcher::start(database_url.clone()),
            pages: Batcher::start(database_url.clone()),
            moved: Batcher::start(database_url.clone()),
            commands: Batcher::start(database_url.clone()),
            snapshots: Snapshots::start(loads.clone(), Arc::clone(&sealer)),
            sealer: Arc::clone(&sealer),
            reader: reader.clone(),
            keys: Arc::clone(&keys),
            metrics: Arc::clone(&metrics),
        });
        let maintenance = tokio::spawn(partitions::keep_ahead(database_url));
        let noticing = tokio::spawn(erasure::notice(loads.clone(), sealer, executor.clone()));
        Ok(Self { executor, reader, writer, follow, readers, loads, keys, maintenance, noticing, metrics })
    }

    pub fn executor(&self) -> Executor {
        self.executor.clone()
    }

    pub fn keys(&self) -> Arc<Keys> {
        Arc::clone(&self.keys)
    }

    pub fn reader(&self) -> Reader {
        self.reader.clone()
    }

    /// The end of the log, whichever node writes it.
    pub fn head(&self) -> watch::Receiver<Head> {
        self.follow.source.head()
    }

    /// Every event in order, to be followed from any position.
    pub fn source(&self) -> EventSource {
        self.follow.source.clone()
    }

    /// Reads the live end from the broker from now on, while that has it; one server, or several separated by commas.
    /// A relay that is to feed the broker starts after this.
    pub fn read_from_broker(&mut self, nats_url: String) {
        self.follow.read_from_broker(nats_url);
    }

    /// Every event from now on, as it comes.
    pub fn tail(&self) -> Tail {
        self.follow.source.tail()
    }

    pub fn register_metrics(&self, registry: &mut Registry) {
        self.metrics.register(registry);
        self.follow.source.alarms().register(registry);
    }

    /// Settles what is queued, then lets go of everything.
    pub async fn close(self) {
        self.maintenance.abort();
        self.noticing.abort();
        self.writer.close().await;
        self.follow.close().await;
        self.loads.close().await;
        self.readers.close().await;
    }
}

/// The keys of the folder, if they are those that this database was used with. The first node makes them.
async fn open_keys(database_url: &str, keys_dir: &Path) -> Result<Keys, OpenFailed> {
    let mut connection: PgConnection = database::connect(database_url, Role::LogWriter).await?;
    let used = marks::names(&mut connection).await.map_err(Unfit::Unanswered)?;
    let wrapping = state::needed(&mut connection).await.map_err(Unfit::Unanswered)?;
    let keys = Keys::open(keys_dir, &wrapping, |name| !used.iter().any(|each| each == name))?;
    marks::leave(&mut connection, &keys).await?;
    marks::compare(&mut connection, &keys).await?;
    connection.close().await.map_err(Unfit::Unanswered)?;
    Ok(keys)
}

async fn checked_pool(database_url: &str, role: Role, connections_max: u32) -> Result<PgPool, Unfit> {
    let pool = database::pool(database_url, role, connections_max)?;
    let mut connection = pool.acquire().await.map_err(Unfit::Unreachable)?;
    database::check(&mut connection).await?;
    drop(connection);
    Ok(pool)
}
