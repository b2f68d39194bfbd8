//! Two processes on one log, against one: they compete for the lock and split the batches.

use std::process::Stdio;
use std::time::Duration;

use serde::Serialize;
use tokio::process::Command;

use crate::append;
use crate::clients::Measured;
use crate::cluster::{Cluster, Database};
use crate::{Outcome, median};

const IN_FLIGHT: usize = 256;
const EACH: Duration = Duration::from_secs(5);
const ROUNDS: usize = 3;

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub clients: usize,
    pub per_s: f64,
    pub ratio_to_one: f64,
}

pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let database = cluster.fresh_database().await?;
    // The keys are made before two processes could make them.
    database.open_log().await?.close().await;
    let (mut one, mut two, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let alone = process(&database, IN_FLIGHT).await?;
        let (first, second) =
            tokio::try_join!(process(&database, IN_FLIGHT / 2), process(&database, IN_FLIGHT / 2))?;
        one.push(alone.per_s);
        two.push(first.per_s + second.per_s);
        ratios.push((first.per_s + second.per_s) / alone.per_s);
    }
    cluster.drop_database(database).await?;
    Ok(vec![
        Line { case: "one", clients: IN_FLIGHT, per_s: median(one), ratio_to_one: 1.0 },
        Line { case: "two", clients: IN_FLIGHT, per_s: median(two), ratio_to_one: median(ratios) },
    ])
}

/// This program again, as a node of its own.
pub async fn process(database: &Database, clients: usize) -> Outcome<Measured> {
    let output = Command::new(std::env::current_exe()?)
        .arg("node")
        .args(["--clients", &clients.to_string(), "--keys", &database.keys.path().display().to_string()])
        .env("DATABASE_URL", &database.url)
        .stdout(Stdio::piped())
        .kill_on_drop(true)
        .output()
        .await?;
    if !output.status.success() {
        return Err(format!("a node ended with {}", output.status).into());
    }
    Ok(serde_json::from_slice(&output.stdout)?)
}

/// What such a process does.
pub async fn node(database_url: String, keys_dir: std::path::PathBuf, clients: usize) -> Outcome<Measured> {
    let log = crate::cluster::open_log(database_url, keys_dir, |_| {}).await?;
    let measured = append::executor::measure(&log, clients, EACH).await?;
    log.close().await;
    Ok(measured)
}
