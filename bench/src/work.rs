//! Work: how much of it one process gets done when there is nothing to do for it, and how soon after a commit a worker
//! begins.
//!
//! The floor of `no_op` is what a plain queue in the same table does: as many connections as the workers have, each
//! taking one piece and settling it, each step a transaction of its own.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use async_trait::async_trait;
use eventstore::Log;
use eventstore::database::{Role, connect};
use eventstore::event::Recorded;
use eventstore::work::Owed;
use projections::Projection;
use projections::runtime::of;
use serde::Serialize;
use sqlx::{PgConnection, PgPool};
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};
use workers::runtime::{
    AnyWorker, Effect, FromEvents, Outcome as Ends, Owes, PassedOn, Retry, RunningWorkers, Settings, Task,
    Worker, WorkersOptions,
};

use crate::cluster::{Cluster, Database};
use crate::{Outcome, clients, workspace};

const PIECES: usize = 40_000;
const ROUNDS: usize = 3;
const CONNECTIONS: u32 = 6;
const COMMANDS_PER_S: u32 = 1_000;
const LOADERS: u32 = 50;
const WARM_UP: Duration = Duration::from_secs(3);
const MEASURED: Duration = Duration::from_secs(15);

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub per_s: f64,
    pub ratio_to_floor: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let (mut floors, mut no_ops) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        floors.push(floor(cluster).await?);
        no_ops.push(no_op(cluster).await?);
    }
    let (floor, no_op) = (crate::median(floors), crate::median(no_ops));
    let mut begun = begin(cluster).await?;
    begun.sort_unstable();
    let at = |part| clients::ms_at(&begun, part);
    let of =
        |case, per_s| Line { case, per_s, ratio_to_floor: per_s / floor, p50_ms: f64::NAN, p99_ms: f64::NAN };
    let started = Line {
        p50_ms: at(0.50),
        p99_ms: at(0.99),
        ratio_to_floor: f64::NAN,
        ..of("commit_to_start", begun.len() as f64 / MEASURED.as_secs_f64())
    };
    Ok(vec![of("floor", floor), of("no_op", no_op), started])
}

/// Owes something for each workspace that is made.
struct Nothing;

impl Worker for Nothing {
    const NAME: &'static str = "do_nothing";
    const EFFECT: Effect = Effect::Idempotent;

    async fn carry_out(&self, _: Task) -> Ends {
        Ends::Done
    }
}

impl Owes for Nothing {
    fn owes(event: &Recorded) -> Vec<Owed> {
        vec![Owed::of(&event.stream.tenant, event.position, event.stream.id.as_str())]
    }
}

const INTAKES: &[&dyn Projection] = &[of::<FromEvents<Nothing>>()];

/// Tells when it begins, and does nothing.
struct Telling(Arc<Starts>);

#[async_trait]
impl AnyWorker for Telling {
    fn settings(&self) -> Settings {
        Settings {
            name: Nothing::NAME,
            effect: Effect::Idempotent,
            concurrency: 256,
            time_limit: Duration::from_secs(60),
            retry: Retry::MINUTES,
            lane_limit: None,
        }
    }

    async fn carry_out(&self, task: Task) -> Ends {
        self.0.began(task.event.position);
        Ends::Done
    }
}

/// When the work of each position was begun.
#[derive(Default)]
struct Starts {
    at: Mutex<HashMap<i64, Instant>>,
    moved: Notify,
}

impl Starts {
    fn began(&self, position: i64) {
        if let Ok(mut at) = self.at.lock() {
            at.entry(position).or_insert_with(Instant::now);
        }
        self.moved.notify_one();
    }

    fn count(&self) -> usize {
        self.at.lock().map(|at| at.len()).unwrap_or_default()
    }

    async fn until(&self, count: usize) {
        while self.count() < count {
            self.moved.notified().await;
        }
    }
}

async fn at_work(database: &Database, log: &Log, starts: &Arc<Starts>) -> Outcome<RunningWorkers> {
    let options = WorkersOptions {
        database_url: database.url.clone(),
        source: log.source(),
        executor: log.executor(),
        intakes: INTAKES,
        workers: vec![Arc::new(Telling(Arc::clone(starts)))],
        traces: Arc::new(PassedOn),
    };
    Ok(workers::runtime::start(options).await?)
}

/// Writes one event, and owes so many pieces of work for it, each of a key of its own.
async fn owe_many(database: &Database, log: &Log) -> Outcome<()> {
    let receipt = workspace::create(&log.executor(), 0, "one").await?;
    let mut projector = connect(&database.url, Role::Projector).await?;
    let tenant = workspace::tenant(0)?;
    let owed: Vec<Owed> = (0..PIECES)
        .map(|number| Owed::of(&tenant, receipt.position, format!("key-{number}")).part(number.to_string()))
        .collect();
    for some in owed.chunks(1_000) {
        eventstore::work::owe(&mut projector, Nothing::NAME, some).await?;
    }
    Ok(())
}

/// Pieces a second that are claimed, carried out and settled under their fences.
async fn no_op(cluster: &Cluster) -> Outcome<f64> {
    let database = cluster.fresh_database().await?;
    let log = database.open_log().await?;
    owe_many(&database, &log).await?;
    let starts = Arc::new(Starts::default());
    let begun = Instant::now();
    let running = at_work(&database, &log, &starts).await?;
    let watching = PgPool::connect(&database.url).await?;
    while open_pieces(&watching).await? > 0 {
        sleep(Duration::from_millis(10)).await;
    }
    let per_s = PIECES as f64 / begun.elapsed().as_secs_f64();
    watching.close().await;
    running.stop().await;
    log.close().await;
    cluster.drop_database(database).await?;
    Ok(per_s)
}

async fn open_pieces(pool: &PgPool) -> Outcome<i64> {
    let open = "select (select count(*) from (select from work where worker = 'do_nothing' and state = 'open' and lane is null limit 1) o)
                     + (select count(*) from (select from work where worker = 'do_nothing' and state = 'claimed' limit 1) c)";
    Ok(sqlx::query_scalar(open).fetch_one(pool).await?)
}

/// The same pieces, each taken and settled by a statement of its own.
async fn floor(cluster: &Cluster) -> Outcome<f64> {
    let database = cluster.fresh_database().await?;
    let log = database.open_log().await?;
    owe_many(&database, &log).await?;
    let begun = Instant::now();
    let mut running = JoinSet::new();
    for _ in 0..CONNECTIONS {
        let mut connection = connect(&database.url, Role::Worker).await?;
        running.spawn(async move {
            while let Some(claim) = take_one(&mut connection).await? {
                let settle = "update work set state = 'done', settled_at = clock_timestamp() where claim = $1 and state = 'claimed'";
                sqlx::query(settle).bind(claim).execute(&mut connection).await?;
            }
            Ok::<(), sqlx::Error>(())
        });
    }
    while let Some(ended) = running.join_next().await {
        ended??;
    }
    let per_s = PIECES as f64 / begun.elapsed().as_secs_f64();
    log.close().await;
    cluster.drop_database(database).await?;
    Ok(per_s)
}

async fn take_one(connection: &mut PgConnection) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(
        "update work set state = 'claimed', attempt = attempt + 1 where claim = (
           select claim from work where worker = 'do_nothing' and state = 'open' and lane is null
           order by priority, seq limit 1 for update skip locked) returning claim",
    )
    .fetch_optional(connection)
    .await
}

/// Microseconds from each receipt to the beginning of its work, at an even pace.
async fn begin(cluster: &Cluster) -> Outcome<Vec<u32>> {
    let database = cluster.fresh_database().await?;
    let log = database.open_log().await?;
    let starts = Arc::new(Starts::default());
    let running = at_work(&database, &log, &starts).await?;
    let start = Instant::now() + Duration::from_millis(100);
    let mut loaders = JoinSet::new();
    for number in 0..LOADERS {
        let executor = log.executor();
        let every = Duration::from_secs(1) * LOADERS / COMMANDS_PER_S;
        loaders.spawn(async move {
            let (mut due, mut receipts) = (start + every * number / LOADERS, Vec::new());
            let description = workspace::description();
            while due < start + WARM_UP + MEASURED {
                sleep_until(due).await;
                let receipt = workspace::create(&executor, number as usize, &description).await?;
                if due >= start + WARM_UP {
                    receipts.push((receipt.position, Instant::now()));
                }
                due += every;
            }
            Ok::<_, Box<dyn std::error::Error + Send + Sync>>(receipts)
        });
    }
    let mut receipts = Vec::new();
    while let Some(told) = loaders.join_next().await {
        receipts.extend(told??);
    }
    let all = ((WARM_UP + MEASURED).as_secs() as u32 * COMMANDS_PER_S) as usize;
    starts.until(all).await;
    let at = starts.at.lock().map_err(|_| "somebody panicked")?.clone();
    running.stop().await;
    log.close().await;
    cluster.drop_database(database).await?;
    let took = |(position, done): &(i64, Instant)| {
        at.get(position).map_or(u32::MAX, |begun| begun.saturating_duration_since(*done).as_micros() as u32)
    };
    Ok(receipts.iter().map(took).collect())
}
