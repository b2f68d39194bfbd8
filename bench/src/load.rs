//! Loading aggregates of 50 events: from memory, from a snapshot, from all their events, and as they once were.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use domain::identity::Workspace;
use domain::identity::workspace::WorkspaceCommand;
use eventstore::event::StreamId;
use eventstore::execute::{Plan, Request};
use eventstore::read::At;
use eventstore::{Log, SNAPSHOT_EVERY};
use serde::Serialize;

use crate::Outcome;
use crate::clients::{self, Measured};
use crate::cluster::{Cluster, Database};
use crate::workspace::{description, tenant};

const AGGREGATES: usize = 500;
const EVENTS: i64 = 50;
const CLIENTS: usize = 16;
const EACH: Duration = Duration::from_secs(3);

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub clients: usize,
    pub per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub ratio_to_cold: f64,
}

pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let plain = cluster.fresh_database().await?;
    let log = plain.open_log().await?;
    fill(&log).await?;
    let mut measured = vec![
        ("cold", state_at(&log, At::Now).await?),
        ("at_version", state_at(&log, At::Version(EVENTS / 2)).await?),
        ("cached", cached(&log).await?),
    ];
    log.close().await;

    let snapshots = cluster.fresh_database().await?;
    let log = snapshots.open_log_with(|options| options.snapshot_every = EVENTS).await?;
    fill(&log).await?;
    wait_for_snapshots(&snapshots).await?;
    measured.push(("snapshot", state_at(&log, At::Now).await?));
    log.close().await;

    let cold = measured.first().map_or(0.0, |(_, cold)| cold.per_s);
    let line = |(case, measured): (&'static str, Measured)| {
        let Measured { per_s, p50_ms, p99_ms } = measured;
        Line { case, clients: CLIENTS, per_s, p50_ms, p99_ms, ratio_to_cold: per_s / cold }
    };
    Ok(measured.into_iter().map(line).collect())
}

fn id(number: usize) -> Outcome<StreamId> {
    Ok(StreamId::new(format!("workspace_{}", number % AGGREGATES))?)
}

/// A creation and renames, so that each aggregate has its number of events.
async fn fill(log: &Log) -> Outcome<()> {
    const { assert!(EVENTS < SNAPSHOT_EVERY, "cold means without a snapshot") };
    let mut filling = tokio::task::JoinSet::new();
    for number in 0..AGGREGATES {
        let executor = log.executor();
        filling.spawn(async move {
            let tenant = tenant(0)?;
            let request = || Request::new(tenant.clone(), "usr_bench");
            let create = WorkspaceCommand::Create { name: "0".into(), description: description() };
            executor
                .execute(&request(), Plan::new().create::<Workspace>(&tenant, id(number)?, create))
                .await?;
            for version in 1..EVENTS {
                let rename = WorkspaceCommand::Rename { name: version.to_string() };
                executor
                    .execute(&request(), Plan::new().decide::<Workspace>(&tenant, id(number)?, rename))
                    .await?;
            }
            Outcome::Ok(())
        });
    }
    while let Some(done) = filling.join_next().await {
        done??;
    }
    Ok(())
}

/// Folds a state that nobody remembers.
async fn state_at(log: &Log, at: At) -> Outcome<Measured> {
    let reader = log.reader();
    let next = Arc::new(AtomicUsize::new(0));
    clients::run(CLIENTS, EACH, move |_| {
        let (reader, number) = (reader.clone(), next.fetch_add(1, Ordering::Relaxed));
        async move {
            let found = reader.state_at::<Workspace>(&tenant(0)?, id(number)?, at).await?;
            if found.version == 0 { Err("a state is missing".into()) } else { Ok(()) }
        }
    })
    .await
}

/// A command that changes nothing, decided from memory: with the look at whether the stream moved meanwhile.
async fn cached(log: &Log) -> Outcome<Measured> {
    let executor = log.executor();
    let next = Arc::new(AtomicUsize::new(0));
    clients::run(CLIENTS, EACH, move |_| {
        let (executor, number) = (executor.clone(), next.fetch_add(1, Ordering::Relaxed));
        async move {
            let tenant = tenant(0)?;
            let same = WorkspaceCommand::Rename { name: (EVENTS - 1).to_string() };
            let plan = Plan::new().decide::<Workspace>(&tenant, id(number)?, same);
            executor.execute(&Request::new(tenant.clone(), "usr_bench"), plan).await?;
            Ok(())
        }
    })
    .await
}

/// Snapshots are written beside the commands; those left out for a full queue come with a further load.
async fn wait_for_snapshots(database: &Database) -> Outcome<()> {
    const PATIENCE: Duration = Duration::from_secs(20);
    let mut superuser = database.superuser().await?;
    let waited = tokio::time::timeout(PATIENCE, async {
        loop {
            let written: i64 =
                sqlx::query_scalar("select count(*) from snapshots").fetch_one(&mut superuser).await?;
            if written == AGGREGATES as i64 {
                return Outcome::Ok(());
            }
            let log = database.open_log_with(|options| options.snapshot_every = EVENTS).await?;
            offer_again(&log).await?;
            log.close().await;
        }
    });
    waited.await.map_err(|_| "snapshots are missing")?
}

/// A node that remembers nothing loads each aggregate once, and offers what it folded as a snapshot.
async fn offer_again(log: &Log) -> Outcome<()> {
    let executor = log.executor();
    let tenant = tenant(0)?;
    for number in 0..AGGREGATES {
        let same = WorkspaceCommand::Rename { name: (EVENTS - 1).to_string() };
        let plan = Plan::new().decide::<Workspace>(&tenant, id(number)?, same);
        executor.execute(&Request::new(tenant.clone(), "usr_bench"), plan).await?;
    }
    Ok(())
}
