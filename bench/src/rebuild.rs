//! A read model made anew from a log of a million events: alone, against a COPY of the rows that come of it; and beside
//! 500 commands a second over HTTP, each followed by a read of the list that shows it. `command` and `read` are taken from
//! the moment at which the command was due, and from its answer, to the answer; a read that fails ends the bench.

use std::net::SocketAddr;
use std::process::Stdio;
use std::time::Duration;

use projections::Projection;
use projections::runtime::rebuild::{RebuildOptions, drop_unused, rebuild};
use serde::Serialize;
use sqlx::Executor;
use tokio::process::Child;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until};

use crate::cluster::{Cluster, Database};
use crate::connection::{Connection, request};
use crate::process::{Background, this_program};
use crate::{Outcome, clients, growth, median, people, workspace};

const EVENTS: i64 = 1_000_000;
const ROUNDS: usize = 3;
const COMMANDS_PER_S: u32 = 500;
const CONNECTIONS: u32 = 32;
const WARM_UP: Duration = Duration::from_secs(3);
const MEASURED: Duration = Duration::from_secs(12);

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Of rates to that of `copy`, of times (p99) to those without anything beside.
    pub ratio: f64,
}

/// What one stretch of load came to, sorted.
#[derive(Default)]
struct Load {
    commands: Vec<u32>,
    reads: Vec<u32>,
}

pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let database = growth::filled(cluster, EVENTS).await?;
    let model = projections::ALL.iter().copied().find(|model| model.name() == "workspaces");
    let model = model.ok_or("there are no workspaces")?;
    projections::begin(&database.url, projections::all()).await?;
    // What is in use is at the end of the log; its rows come with the first switch.
    let mut superuser = database.superuser().await?;
    sqlx::query("update projection_checkpoints set position = $1")
        .bind(EVENTS)
        .execute(&mut superuser)
        .await?;
    make_anew(&database, model, true).await?;

    let mut lines = alone(&database, model).await?;
    lines.extend(beside_load(&database).await?);
    cluster.drop_database(database).await?;
    Ok(lines)
}

/// Events a second.
async fn make_anew(database: &Database, projection: &'static dyn Projection, switch: bool) -> Outcome<f64> {
    let log = database.open_log().await?;
    let (database_url, reader) = (database.url.clone(), log.reader());
    let options = RebuildOptions { database_url, reader, projection, verify: false, switch };
    let made = rebuild(options, &mut |_| {}).await?;
    log.close().await;
    drop_unused(&database.url, projection).await?;
    Ok(made.events_per_s)
}

async fn alone(database: &Database, model: &'static dyn Projection) -> Outcome<Vec<Line>> {
    let (mut copies, mut made, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let copy = copy(database).await?;
        let events = make_anew(database, model, false).await?;
        copies.push(copy);
        made.push(events);
        ratios.push(events / copy);
    }
    Ok(vec![rate("copy", median(copies), 1.0), rate("alone", median(made), median(ratios))])
}

fn rate(case: &'static str, per_s: f64, ratio: f64) -> Line {
    Line { case, per_s, p50_ms: f64::NAN, p99_ms: f64::NAN, ratio }
}

/// Rows a second: the same rows into a table with the same key, from a file.
async fn copy(database: &Database) -> Outcome<f64> {
    let mut superuser = database.superuser().await?;
    let file = format!("/tmp/airtide_bench_{}.copy", std::process::id());
    let copied = format!("copy (select * from workspaces_v1.workspaces) to '{file}'");
    let rows = superuser.execute(sqlx::AssertSqlSafe(copied)).await?.rows_affected();
    superuser.execute("create table copied (like workspaces_v1.workspaces including all)").await?;
    superuser.execute("set synchronous_commit = off").await?;
    let begun = Instant::now();
    superuser.execute(sqlx::AssertSqlSafe(format!("copy copied from '{file}'"))).await?;
    let elapsed = begun.elapsed();
    superuser.execute("drop table copied").await?;
    std::fs::remove_file(file)?;
    Ok(rows as f64 / elapsed.as_secs_f64())
}

async fn beside_load(database: &Database) -> Outcome<Vec<Line>> {
    let server = Background::serve(database, true).await?;
    let address = server.address()?;
    let accounts = people::register(address, CONNECTIONS as usize).await?;
    let tokens = people::sign_in(address, &accounts, CONNECTIONS as usize).await?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let without = load(address, &tokens).await?;
        let mut making = start_making(database)?;
        let from = position(database).await?;
        let begun = Instant::now();
        let beside = load(address, &tokens).await?;
        let per_s = (position(database).await? - from) as f64 / begun.elapsed().as_secs_f64();
        if making.try_wait()?.is_some() {
            return Err("it was made before the load ended".into());
        }
        making.kill().await?;
        rounds.push(Round { without, beside, per_s });
    }
    server.end().await?;
    let rates = rounds.iter().map(|round| round.per_s).collect();
    let commands = compared(["command", "command_beside"], &rounds, |load| &load.commands);
    let reads = compared(["read", "read_beside"], &rounds, |load| &load.reads);
    Ok(std::iter::once(rate("beside", median(rates), f64::NAN)).chain(commands).chain(reads).collect())
}

struct Round {
    without: Load,
    beside: Load,
    /// Events a second that were made into rows meanwhile.
    per_s: f64,
}

/// What is measured of a load.
type Pick = fn(&Load) -> &Vec<u32>;

fn compared(cases: [&'static str; 2], rounds: &[Round], pick: Pick) -> [Line; 2] {
    let without: Vec<&Vec<u32>> = rounds.iter().map(|round| pick(&round.without)).collect();
    let beside: Vec<&Vec<u32>> = rounds.iter().map(|round| pick(&round.beside)).collect();
    let p99s = |of: &[&Vec<u32>]| -> Vec<f64> { of.iter().map(|each| clients::ms_at(each, 0.99)).collect() };
    let ratios = p99s(&beside).iter().zip(p99s(&without)).map(|(beside, without)| beside / without).collect();
    [times(cases[0], &without, 1.0), times(cases[1], &beside, median(ratios))]
}

fn times(case: &'static str, of: &[&Vec<u32>], ratio: f64) -> Line {
    let at = |part| median(of.iter().map(|each| clients::ms_at(each, part)).collect());
    let per_s = of.iter().map(|each| each.len() as f64 / MEASURED.as_secs_f64()).collect();
    Line { case, per_s: median(per_s), p50_ms: at(0.50), p99_ms: at(0.99), ratio }
}

/// `airtide projections rebuild` as an operator starts it. It goes on where it was killed.
fn start_making(database: &Database) -> Outcome<Child> {
    let keys = database.keys.path();
    let child = this_program()?
        .args(["projections", "rebuild", "workspaces", "--reason", "bench"])
        .current_dir(keys)
        .env("DATABASE_URL", &database.url)
        .env("AIRTIDE__KEYS__DIR", keys)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .kill_on_drop(true)
        .spawn()?;
    Ok(child)
}

/// Where the last of the parts is.
async fn position(database: &Database) -> Outcome<i64> {
    let mut superuser = database.superuser().await?;
    let parts = "select coalesce(min(position), 0) from projection_checkpoints where name like 'workspaces/rebuild/%'";
    Ok(sqlx::query_scalar(parts).fetch_one(&mut superuser).await?)
}

async fn load(server: SocketAddr, tokens: &[String]) -> Outcome<Load> {
    let start = Instant::now() + Duration::from_millis(100);
    let mut running = JoinSet::new();
    for (number, token) in (0..).zip(tokens.iter().cloned()) {
        running.spawn(one(server, token, start, number));
    }
    let mut all = Load::default();
    while let Some(load) = running.join_next().await {
        let load = load??;
        all.commands.extend(load.commands);
        all.reads.extend(load.reads);
    }
    all.commands.sort_unstable();
    all.reads.sort_unstable();
    // What the load has left behind is written before the next is measured.
    sleep(Duration::from_millis(500)).await;
    Ok(all)
}

/// One of several connections that come one after the other.
async fn one(server: SocketAddr, token: String, start: Instant, number: u32) -> Outcome<Load> {
    let mut connection = Connection::open(server).await?;
    let create = request("POST", "/v1/workspaces", Some(&token), Some(&workspace::body("Invoices")?));
    let every = Duration::from_secs(1) * CONNECTIONS / COMMANDS_PER_S;
    let mut due = start + every * number / CONNECTIONS;
    let mut load = Load::default();
    while due < start + WARM_UP + MEASURED {
        sleep_until(due).await;
        let created = connection.send(&create, 201).await?;
        let command = due.elapsed();
        let position = created.header("airtide-position").ok_or("a command without a position")?.to_owned();
        let path = format!("/v1/workspaces?limit=1&wait_for={position}");
        let begun = Instant::now();
        connection.send(&request("GET", &path, Some(&token), None), 200).await?;
        if due >= start + WARM_UP {
            load.commands.push(command.as_micros() as u32);
            load.reads.push(begun.elapsed().as_micros() as u32);
        }
        due += every;
    }
    Ok(load)
}
