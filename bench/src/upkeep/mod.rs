//! People are erased, each with its proof, keys of both kinds change, and everything stored is checked, again and again
//! for ten minutes, beside 500 commands a second over HTTP to a process of every role. Whatever fails ends the bench: a
//! command that is not taken, a text of somebody erased that is found, a value left under a retired key, a violation.
//! `without` is the same load with nothing beside it. At the end the whole log is verified.

mod acts;
mod load;

use std::time::Duration;

use serde::Serialize;
use server::dev::nats::{NatsOptions, PrivateNats};
use tokio::time::Instant;

use crate::clients::ms_at;
use crate::cluster::Cluster;
use crate::process::Background;
use crate::{Outcome, people};
use acts::{Airtide, Times};
use load::{CONNECTIONS, Load};

const WITHOUT: Duration = Duration::from_secs(30);

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub count: usize,
    pub per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Of p99 to that of `without`.
    pub ratio: f64,
}

pub async fn run(cluster: &Cluster, lasts: Duration) -> Outcome<Vec<Line>> {
    cluster.autovacuum(true).await?;
    let database = cluster.fresh_database().await?;
    let nats = PrivateNats::start(&NatsOptions::default())?;
    let server = Background::serve_all(&database, &nats).await?;
    let address = server.address()?;
    let accounts = people::register(address, CONNECTIONS as usize).await?;
    let airtide = Airtide::new(&database, &nats, address);

    let without = load::run(address, &accounts, WITHOUT).await?;
    let until = Instant::now() + lasts;
    let (beside, erased, wrapping, signing, checked) = tokio::try_join!(
        load::run(address, &accounts, lasts),
        acts::erase(&airtide, until),
        acts::rotate_wrapping(&airtide, until),
        acts::rotate_signing(&airtide, until),
        acts::check(&airtide, until),
    )?;
    airtide.run(&["check"]).await?;
    airtide.run(&["log", "verify"]).await?;
    server.end().await?;
    cluster.drop_database(database).await?;
    cluster.autovacuum(false).await?;
    Ok(vec![
        commands("without", &without, &without),
        commands("beside", &beside, &without),
        times("erased", lasts, &erased),
        times("wrapping_key", lasts, &wrapping),
        times("signing_key", lasts, &signing),
        times("checked", lasts, &checked),
    ])
}

fn commands(case: &'static str, load: &Load, without: &Load) -> Line {
    let p99 = |load: &Load| ms_at(&load.took, 0.99);
    Line {
        case,
        count: load.took.len(),
        per_s: load.took.len() as f64 / load.lasted.as_secs_f64(),
        p50_ms: ms_at(&load.took, 0.5),
        p99_ms: p99(load),
        ratio: p99(load) / p99(without),
    }
}

fn times(case: &'static str, lasts: Duration, took: &Times) -> Line {
    Line {
        case,
        count: took.len(),
        per_s: took.len() as f64 / lasts.as_secs_f64(),
        p50_ms: ms_at(took, 0.5),
        p99_ms: ms_at(took, 0.99),
        ratio: f64::NAN,
    }
}
