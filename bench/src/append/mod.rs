//! Commands per second: the executor as `serve` wires it, beside the floor, in one run.

pub mod executor;
mod floor;

use std::time::Duration;

use serde::Serialize;

use crate::Outcome;
use crate::clients::Measured;
use crate::cluster::Cluster;

pub const CLIENTS: [usize; 4] = [1, 16, 64, 256];
const EACH: Duration = Duration::from_secs(5);

#[derive(Serialize, Clone)]
pub struct Line {
    pub case: &'static str,
    pub clients: usize,
    pub per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub ratio_to_floor: f64,
}

impl Line {
    fn new(case: &'static str, clients: usize, measured: &Measured) -> Self {
        let Measured { per_s, p50_ms, p99_ms } = *measured;
        Self { case, clients, per_s, p50_ms, p99_ms, ratio_to_floor: 0.0 }
    }
}

/// The executor alone at one number of clients: for a profiler.
pub async fn profile(cluster: &Cluster, clients: usize, duration: Duration) -> Outcome<Vec<Line>> {
    let database = cluster.fresh_database().await?;
    let log = database.open_log().await?;
    let line = Line::new("executor", clients, &executor::measure(&log, clients, duration).await?);
    log.close().await;
    cluster.drop_database(database).await?;
    Ok(vec![line])
}

/// All lines, each with its ratio to the best line of the floor.
pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let database = cluster.fresh_database().await?;
    let connections = floor::best_connections(&database).await?;
    let log_database = cluster.fresh_database().await?;
    let log = log_database.open_log().await?;
    let mut lines = Vec::new();
    for clients in CLIENTS {
        // In turn, so that a machine that slows down slows both.
        lines.push(Line::new(
            "floor",
            clients,
            &floor::measure(&database, connections, clients, EACH).await?,
        ));
        lines.push(Line::new("executor", clients, &executor::measure(&log, clients, EACH).await?));
    }
    log.close().await;
    cluster.drop_database(database).await?;
    cluster.drop_database(log_database).await?;
    let floor = lines.iter().filter(|line| line.case == "floor").map(|line| line.per_s).fold(0.0, f64::max);
    lines.iter_mut().for_each(|line| line.ratio_to_floor = line.per_s / floor);
    Ok(lines)
}
