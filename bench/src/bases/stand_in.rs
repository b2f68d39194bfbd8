//! Lists of the stand-in for Airtable: pages of 100 records of 5 fields, beside its cheapest answer, which is asked in the
//! same way and says who asks. The client shares the processors with the server.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use serde::Serialize;
use serde_json::json;
use tokio::sync::Mutex;

use super::table::{BASE, TABLE, base, cells, record_id};
use crate::clients::{self, Measured};
use crate::connection::{Connection, request};
use crate::process::{Background, LISTENING, this_program};
use crate::{Outcome, median};

const CONNECTIONS: usize = 16;
const RECORDS: usize = 100;
const EACH: Duration = Duration::from_secs(5);
const ROUNDS: usize = 3;
pub const TOKEN: &str = "patBench";

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub connections: usize,
    pub bytes: usize,
    pub per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub ratio_to_whoami: f64,
}

pub async fn run() -> Outcome<Vec<Line>> {
    let folder = tempfile::tempdir()?;
    let seed = folder.path().join("seed.json");
    std::fs::write(&seed, serde_json::to_vec(&seeded(RECORDS)?)?)?;
    let mut command = this_program()?;
    command.args(["sandbox", "airtable", "--port", "0", "--output", "json", "--seed"]).arg(&seed);
    command.current_dir(folder.path()).stdout(std::process::Stdio::null());
    let server = Background::start(command, LISTENING).await?;
    let address = server.address()?;
    let (whoami, list) = ("/v0/meta/whoami".to_owned(), format!("/v0/{BASE}/{TABLE}"));
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push((measure(address, &whoami).await?, measure(address, &list).await?));
    }
    server.end().await?;
    let of_whoami = |round: &(Read, Read)| round.0.clone();
    let of_list = |round: &(Read, Read)| round.1.clone();
    Ok(vec![line("whoami", &rounds, of_whoami), line("list", &rounds, of_list)])
}

/// What was measured, and how long an answer was.
#[derive(Clone)]
struct Read {
    measured: Measured,
    bytes: usize,
}

fn line(case: &'static str, rounds: &[(Read, Read)], of: fn(&(Read, Read)) -> Read) -> Line {
    let pick =
        |pick: fn(&Measured) -> f64| median(rounds.iter().map(|round| pick(&of(round).measured)).collect());
    let ratios = rounds.iter().map(|round| of(round).measured.per_s / round.0.measured.per_s).collect();
    Line {
        case,
        connections: CONNECTIONS,
        bytes: rounds.first().map_or(0, |round| of(round).bytes),
        per_s: pick(|measured| measured.per_s),
        p50_ms: pick(|measured| measured.p50_ms),
        p99_ms: pick(|measured| measured.p99_ms),
        ratio_to_whoami: median(ratios),
    }
}

async fn measure(server: SocketAddr, path: &str) -> Outcome<Read> {
    let request = Arc::new(request("GET", path, Some(TOKEN), None));
    let mut connections = Vec::with_capacity(CONNECTIONS);
    for _ in 0..CONNECTIONS {
        connections.push(Mutex::new(Connection::open(server).await?));
    }
    let bytes = connections[0].lock().await.send(&request, 200).await?.body.len();
    let connections = Arc::new(connections);
    let measured = clients::run(CONNECTIONS, EACH, move |client| {
        let (connections, request) = (Arc::clone(&connections), Arc::clone(&request));
        async move { connections[client].lock().await.send(&request, 200).await.map(drop) }
    })
    .await?;
    Ok(Read { measured, bytes })
}

/// A base with so many records, of somebody who may do everything.
pub fn seeded(records: usize) -> Outcome<serde_json::Value> {
    let mut base = base();
    let records: Vec<_> =
        (0..records).map(|place| json!({ "id": record_id(place), "fields": cells(place) })).collect();
    *base.pointer_mut("/tables/0/records").ok_or("a table")? = json!(records);
    Ok(json!({
        "people": [{ "id": "usrBench000000000", "email": "bench@example.org", "name": "Bench" }],
        "workspaces": [{ "id": "wspBench000000000", "name": "Bench" }],
        "tokens": [{ "token": TOKEN, "user": "usrBench000000000" }],
        "bases": [base],
    }))
}
