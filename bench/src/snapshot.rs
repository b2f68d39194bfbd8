//! Load under a foreign snapshot: a transaction that another session keeps open, as a dump or a forgotten
//! session does. Old row versions stay, and whatever is updated on the way of an append gets slower and slower.
//!
//! A twin without such a snapshot takes the same load in turn, every few seconds: a log that grows, checkpoints and the
//! machine's other guests slow both, and only the ratio of the two says what the snapshot costs.

use std::sync::Arc;
use std::time::Duration;

use domain::identity::Workspace;
use domain::identity::workspace::WorkspaceCommand;
use eventstore::Log;
use eventstore::execute::{Executor, Plan, Request};
use serde::Serialize;
use sqlx::Connection;

use crate::clients::{self, Measured};
use crate::cluster::Cluster;
use crate::{Outcome, median, workspace};

const CLIENTS: usize = 64;
/// Of load, for each of the two.
const WINDOW: Duration = Duration::from_secs(20);
/// Shorter than the phases in which the machine is slower.
const TURN: Duration = Duration::from_secs(2);

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    /// How long the snapshot had seen load when this window began.
    pub from_s: u64,
    pub per_s: f64,
    pub p99_ms: f64,
    pub without_per_s: f64,
    pub ratio_to_without: f64,
}

impl Line {
    /// Of the turns of a window, which are all of one length.
    fn new(case: &'static str, from_s: u64, measured: &[Measured], without: &[Measured]) -> Self {
        let per_s =
            |turns: &[Measured]| turns.iter().map(|turn| turn.per_s).sum::<f64>() / turns.len() as f64;
        Self {
            case,
            from_s,
            per_s: per_s(measured),
            p99_ms: median(measured.iter().map(|turn| turn.p99_ms).collect()),
            without_per_s: per_s(without),
            ratio_to_without: per_s(measured) / per_s(without),
        }
    }
}

/// A pair of windows before the snapshot, pairs for as long as it sees load, and a pair after it.
pub async fn run(cluster: &Cluster, held: Duration) -> Outcome<Vec<Line>> {
    let (database, twin) = (cluster.fresh_database().await?, cluster.fresh_database().await?);
    let (log, log_of_twin) = (database.open_log().await?, twin.open_log().await?);
    let pair = async |case, from_s| {
        let (mut measured, mut without) = (Vec::new(), Vec::new());
        for _ in 0..WINDOW.as_secs() / TURN.as_secs() {
            without.push(create_and_rename(&log_of_twin).await?);
            measured.push(create_and_rename(&log).await?);
        }
        Outcome::Ok(Line::new(case, from_s, &measured, &without))
    };
    let mut lines = vec![pair("before", 0).await?];

    // Of this database alone: what a snapshot keeps alive in one, it does not in another.
    let mut foreign = database.superuser().await?;
    let mut transaction = foreign.begin_with("begin isolation level repeatable read").await?;
    sqlx::query("select count(*) from streams").execute(&mut *transaction).await?;
    for window in 0..held.as_secs().div_ceil(WINDOW.as_secs()) {
        lines.push(pair("under", window * WINDOW.as_secs()).await?);
    }
    transaction.rollback().await?;

    lines.push(pair("after", held.as_secs()).await?);
    log.close().await;
    log_of_twin.close().await;
    cluster.drop_database(database).await?;
    cluster.drop_database(twin).await?;
    Ok(lines)
}

/// New streams and known ones in turn.
async fn create_and_rename(log: &Log) -> Outcome<Measured> {
    let executor = log.executor();
    let description: Arc<str> = workspace::description().into();
    clients::run(CLIENTS, TURN, move |client| {
        let (executor, description) = (executor.clone(), Arc::clone(&description));
        async move {
            let created = workspace::create(&executor, client, &description).await?;
            let (stream, _) = created.streams.into_iter().next().ok_or("a creation without a stream")?;
            rename(&executor, client, stream.id).await
        }
    })
    .await
}

async fn rename(executor: &Executor, client: usize, id: eventstore::event::StreamId) -> Outcome<()> {
    let tenant = workspace::tenant(client)?;
    let rename = WorkspaceCommand::Rename { name: "Orders".into() };
    let plan = Plan::new().decide::<Workspace>(&tenant, id, rename);
    executor.execute(&Request::new(tenant.clone(), "usr_bench"), plan).await?;
    Ok(())
}
