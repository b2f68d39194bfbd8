//! Commands per second through the HTTP API with a bearer token, against the executor alone: both in a process of
//! their own, beside the same Postgres, once without projections and once with them running. The client is a third
//! process and shares the processors with both. `health` is the floor of the HTTP server: it answers and does nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use tokio::sync::Mutex;

use crate::clients::{self, Measured};
use crate::cluster::Cluster;
use crate::connection::{Connection, request};
use crate::process::Background;
use crate::{Outcome, median, nodes, people, workspace};

const CONNECTIONS: usize = 64;
/// Each with a tenant; every connection has a session of its own.
const ACCOUNTS: usize = 8;
const EACH: Duration = Duration::from_secs(5);
const ROUNDS: usize = 3;

/// What each is compared with: the executor under the same conditions.
const CASES: [(&str, &str); 5] = [
    ("executor", "executor"),
    ("health", "executor"),
    ("http", "executor"),
    ("executor_projected", "executor_projected"),
    ("http_projected", "executor_projected"),
];

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub connections: usize,
    pub per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub ratio_to_executor: f64,
}

type Round = Vec<(&'static str, Measured)>;

pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let (health, http) = served(cluster, false).await?;
        let (_, projected) = served(cluster, true).await?;
        rounds.push(vec![
            ("executor", executor(cluster, false).await?),
            ("health", health),
            ("http", http),
            ("executor_projected", executor(cluster, true).await?),
            ("http_projected", projected),
        ]);
    }
    Ok(CASES.into_iter().map(|(case, compared)| line(case, compared, &rounds)).collect())
}

/// The HTTP side alone: for a profiler.
pub async fn profile(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let (health, http) = served(cluster, false).await?;
    let round = vec![("health", health), ("http", http)];
    let rounds = [round];
    Ok(["health", "http"].into_iter().map(|case| line(case, "http", &rounds)).collect())
}

fn line(case: &'static str, compared: &str, rounds: &[Round]) -> Line {
    let of = |case: &str, pick: fn(&Measured) -> f64| -> Vec<f64> {
        let found = rounds.iter().flatten().filter(|(name, _)| *name == case);
        found.map(|(_, measured)| pick(measured)).collect()
    };
    let (ours, theirs) = (of(case, |each| each.per_s), of(compared, |each| each.per_s));
    Line {
        case,
        connections: CONNECTIONS,
        ratio_to_executor: median(ours.iter().zip(&theirs).map(|(ours, theirs)| ours / theirs).collect()),
        per_s: median(ours),
        p50_ms: median(of(case, |each| each.p50_ms)),
        p99_ms: median(of(case, |each| each.p99_ms)),
    }
}

async fn executor(cluster: &Cluster, with_projections: bool) -> Outcome<Measured> {
    let database = cluster.fresh_database().await?;
    // The keys are made before two processes could make them.
    database.open_log().await?.close().await;
    let projecting = match with_projections {
        true => Some(Background::project(&database).await?),
        false => None,
    };
    let measured = nodes::process(&database, CONNECTIONS).await?;
    if let Some(projecting) = projecting {
        projecting.end().await?;
    }
    cluster.drop_database(database).await?;
    Ok(measured)
}

/// What does nothing, and commands.
async fn served(cluster: &Cluster, with_projections: bool) -> Outcome<(Measured, Measured)> {
    let database = cluster.fresh_database().await?;
    let server = Background::serve(&database, with_projections).await?;
    let address = server.address()?;
    let accounts = people::register(address, ACCOUNTS).await?;
    let tokens = people::sign_in(address, &accounts, CONNECTIONS).await?;
    let body = workspace::body("Invoices")?;
    let create = |token: &String| request("POST", "/v1/workspaces", Some(token), Some(&body));
    let commands = tokens.iter().map(create).collect();
    let health = vec![request("GET", "/health/live", None, None); CONNECTIONS];
    let health = measure(address, health, 200).await?;
    let commands = measure(address, commands, 201).await?;
    server.end().await?;
    cluster.drop_database(database).await?;
    Ok((health, commands))
}

/// Sends each request again and again, on a connection of its own.
async fn measure(server: SocketAddr, requests: Vec<Vec<u8>>, status: u16) -> Outcome<Measured> {
    let mut connections = Vec::with_capacity(requests.len());
    for request in requests {
        connections.push(Mutex::new((Connection::open(server).await?, request)));
    }
    let connections = Arc::new(connections);
    clients::run(connections.len(), EACH, move |client| {
        let connections = Arc::clone(&connections);
        async move {
            let (connection, request) = &mut *connections[client].lock().await;
            connection.send(request, status).await.map(drop)
        }
    })
    .await
}
