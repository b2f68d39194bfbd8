//! Load under a foreign snapshot: a transaction that another session keeps open, as a dump or a forgotten
//! session does. Old row versions stay, and whatever is updated on the way of an append gets slower and slower.

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
use crate::{Outcome, workspace};

const CLIENTS: usize = 64;
const WINDOW: Duration = Duration::from_secs(20);

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub from_s: u64,
    pub per_s: f64,
    pub p99_ms: f64,
    pub ratio_to_without: f64,
}

impl Line {
    fn new(case: &'static str, from_s: u64, measured: &Measured, without: f64) -> Self {
        let ratio_to_without = measured.per_s / without;
        Self { case, from_s, per_s: measured.per_s, p99_ms: measured.p99_ms, ratio_to_without }
    }
}

/// One window without the snapshot, windows under it for as long as it is held, and one after it.
pub async fn run(cluster: &Cluster, held: Duration) -> Outcome<Vec<Line>> {
    let database = cluster.fresh_database().await?;
    let log = database.open_log().await?;
    let before = create_and_rename(&log).await?;
    let mut lines = vec![Line::new("without", 0, &before, before.per_s)];

    let mut foreign = database.superuser().await?;
    let mut transaction = foreign.begin_with("begin isolation level repeatable read").await?;
    sqlx::query("select count(*) from streams").execute(&mut *transaction).await?;
    for window in 0..held.as_secs().div_ceil(WINDOW.as_secs()) {
        let measured = create_and_rename(&log).await?;
        lines.push(Line::new("under", window * WINDOW.as_secs(), &measured, before.per_s));
    }
    transaction.rollback().await?;

    let after = create_and_rename(&log).await?;
    lines.push(Line::new("after", held.as_secs(), &after, before.per_s));
    log.close().await;
    cluster.drop_database(database).await?;
    Ok(lines)
}

/// New streams and known ones in turn.
async fn create_and_rename(log: &Log) -> Outcome<Measured> {
    let executor = log.executor();
    let description: Arc<str> = workspace::description().into();
    clients::run(CLIENTS, WINDOW, move |client| {
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
