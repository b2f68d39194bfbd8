//! A base of the stand-in for Airtable that is connected, until all of its records can be read here: `import` without limits, and
//! `import_limited` at Airtable's five requests a second, where `ratio_to_allowed` is the least time that so many requests take by how
//! long it took. Every role and the broker run beside the stand-in, on the same processors.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Value, json};
use server::dev::nats::{NatsOptions, PrivateNats};
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use super::stand_in::{TOKEN, seeded};
use super::table::BASE;
use crate::cluster::Cluster;
use crate::connection::{Connection, request};
use crate::process::{Background, LISTENING, this_program};
use crate::{Outcome, people};

const RECORDS: usize = 50_000;
const RECORDS_LIMITED: usize = 6_000;
const ALLOWED_PER_S: f64 = 5.0;
/// As near to what is allowed as it goes without being refused now and then. Whoever connects a base that others use as well leaves
/// more of it to them.
const ASKED_PER_MINUTE: &str = "291";
const UNLIMITED_PER_MINUTE: &str = "1000000";
const PATIENCE: Duration = Duration::from_secs(300);
const LOOK_EVERY: Duration = Duration::from_millis(20);

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub records: usize,
    pub requests: usize,
    pub seconds: f64,
    pub per_s: f64,
    pub ratio_to_allowed: f64,
}

pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    cluster.autovacuum(true).await?;
    let free = import(cluster, "import", RECORDS, "off", UNLIMITED_PER_MINUTE).await?;
    let limited = import(cluster, "import_limited", RECORDS_LIMITED, "real", ASKED_PER_MINUTE).await?;
    cluster.autovacuum(false).await?;
    Ok(vec![Line { ratio_to_allowed: f64::NAN, ..free }, limited])
}

async fn import(
    cluster: &Cluster,
    case: &'static str,
    records: usize,
    limits: &str,
    per_minute: &str,
) -> Outcome<Line> {
    let (_folder, stand_in) = stand_in(records, limits).await?;
    let airtable = stand_in.address()?;
    let database = cluster.fresh_database().await?;
    let nats = PrivateNats::start(&NatsOptions::default())?;
    let root = format!("http://{airtable}");
    let settings =
        [("AIRTIDE__AIRTABLE__ROOT", root.as_str()), ("AIRTIDE__AIRTABLE__REQUESTS_PER_MINUTE", per_minute)];
    let server = Background::serve_all_with(&database, &nats, &settings).await?;
    let seconds = connect(server.address()?, records).await?.as_secs_f64();
    let requests = asked(airtable).await?;
    server.end().await?;
    stand_in.end().await?;
    cluster.drop_database(database).await?;
    let ratio_to_allowed = requests as f64 / ALLOWED_PER_S / seconds;
    Ok(Line { case, records, requests, seconds, per_s: records as f64 / seconds, ratio_to_allowed })
}

async fn stand_in(records: usize, limits: &str) -> Outcome<(TempDir, Background)> {
    let folder = tempfile::tempdir()?;
    let seed = folder.path().join("seed.json");
    std::fs::write(&seed, serde_json::to_vec(&seeded(records)?)?)?;
    let mut command = this_program()?;
    command.args(["sandbox", "airtable", "--port", "0", "--output", "json", "--limits", limits, "--seed"]);
    command.arg(&seed).current_dir(folder.path()).stdout(Stdio::null());
    Ok((folder, Background::start(command, LISTENING).await?))
}

/// Connects the base; how long it takes until its last record can be read.
async fn connect(address: SocketAddr, records: usize) -> Outcome<Duration> {
    let account = people::register(address, 1).await?.pop().ok_or("a person")?;
    let mut connection = Connection::open(address).await?;
    let token = account.sign_in(&mut connection, &account.tenant).await?;
    let mut post = async |path: &str, body: Value| {
        let asked = request("POST", path, Some(&token), Some(&body.to_string()));
        connection.send(&asked, 201).await?.text("/id")
    };
    let workspace = post("/v1/workspaces", json!({ "name": "Bench" })).await?;
    let to_airtable = post("/v1/airtable/connections", json!({ "token": TOKEN })).await?;
    let path = format!("/v1/workspaces/{workspace}/bases/connect");
    let began = Instant::now();
    let base = post(&path, json!({ "connection": to_airtable, "airtable_id": BASE })).await?;
    let asked = request("GET", &format!("/v1/bases/{base}/sync"), Some(&token), None);
    while connection.send(&asked, 200).await?.text("/status")? != "live" {
        sleep(LOOK_EVERY).await;
    }
    let last = super::table::record_id(records - 1);
    let asked = request("GET", &format!("/v0/{BASE}/{}/{last}", super::table::TABLE), Some(&token), None);
    // In the log it is already; it is to be read as well.
    while connection.send(&asked, 200).await.is_err() {
        if began.elapsed() > PATIENCE {
            return Err("the last record does not come".into());
        }
        sleep(LOOK_EVERY).await;
    }
    Ok(began.elapsed())
}

/// How many requests were made for the base.
async fn asked(airtable: SocketAddr) -> Outcome<usize> {
    let mut connection = Connection::open(airtable).await?;
    let journal = request("GET", &format!("/_sim/journal?base={BASE}&limit=1000"), None, None);
    let journal = connection.send(&journal, 200).await?.json()?;
    Ok(journal["entries"].as_array().ok_or("a journal")?.len())
}
