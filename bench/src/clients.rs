//! Closed loops: clients that each send the next command when the last one is answered.

use std::sync::Arc;
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::task::JoinSet;

use crate::Outcome;

/// What is not measured: caches fill, plans are made, files grow.
const WARM_UP: Duration = Duration::from_secs(1);

/// What a run of clients came to.
#[derive(Clone, Serialize, Deserialize)]
pub struct Measured {
    pub per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
}

/// Runs `clients` loops of `work`, which gets the number of its client. A failure ends the run.
pub async fn run<W, F>(clients: usize, duration: Duration, work: W) -> Outcome<Measured>
where
    W: Fn(usize) -> F + Send + Sync + 'static,
    F: Future<Output = Outcome<()>> + Send,
{
    let work = Arc::new(work);
    let from = Instant::now() + WARM_UP;
    let until = from + duration;
    let mut loops = JoinSet::new();
    for client in 0..clients {
        let work = Arc::clone(&work);
        loops.spawn(async move {
            let mut microseconds = Vec::new();
            loop {
                let started = Instant::now();
                if started >= until {
                    return Outcome::Ok(microseconds);
                }
                work(client).await?;
                if started >= from {
                    microseconds.push(started.elapsed().as_micros() as u32);
                }
            }
        });
    }
    let mut all = Vec::new();
    while let Some(done) = loops.join_next().await {
        all.extend(done??);
    }
    // Those begun in time are counted, so the time runs until the last of them was answered.
    Ok(summary(all, from.elapsed()))
}

fn summary(mut microseconds: Vec<u32>, elapsed: Duration) -> Measured {
    microseconds.sort_unstable();
    Measured {
        per_s: microseconds.len() as f64 / elapsed.as_secs_f64(),
        p50_ms: ms_at(&microseconds, 0.50),
        p99_ms: ms_at(&microseconds, 0.99),
    }
}

/// Milliseconds that a part of all took at most; 1.0 names the slowest.
pub fn ms_at(sorted_microseconds: &[u32], part: f64) -> f64 {
    let index = (sorted_microseconds.len() as f64 * part) as usize;
    let last = sorted_microseconds.len().saturating_sub(1);
    sorted_microseconds.get(index.min(last)).map_or(0.0, |each| f64::from(*each) / 1_000.0)
}
