//! From a command to its row: 1,000 commands a second come in at an even pace, over HTTP, with projections in the same
//! process, once without relay and workers and once with both. Of every tenth the time is taken from the moment at which
//! it was due, late or not, to the moment at which a read that followed its answer has been answered: `row` is the list
//! of its tenant's workspaces with `wait_for`, checked to hold the new one; `strong` is the workspace itself, which no
//! read model stands behind. They take turns, so that `strong` is the floor under the same load at the same moments.

use std::net::SocketAddr;
use std::time::Duration;

use serde::Serialize;
use server::dev::nats::{NatsOptions, PrivateNats};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::cluster::Cluster;
use crate::connection::{Connection, request};
use crate::process::Background;
use crate::{Outcome, clients, people, workspace};

const COMMANDS_PER_S: u32 = 1_000;
/// Of all commands, those that are followed by a read.
const SAMPLES_PER_S: u32 = 100;
/// Connections of commands that are not.
const LOADERS: u32 = 60;
const LOADERS_ACCOUNTS: usize = 8;
/// Connections of those that are, each with a tenant of its own: its list is read whole.
const SAMPLERS: u32 = 64;
const WARM_UP: Duration = Duration::from_secs(3);
const MEASURED: Duration = Duration::from_secs(20);
const LIST_LIMIT: u32 = 50;

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    /// Commands that were answered: fewer than those that were due when the server falls behind.
    pub commands_per_s: f64,
    pub samples: usize,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
    pub ratio_to_strong: f64,
}

#[derive(Clone, Copy, PartialEq)]
enum Read {
    Row,
    Strong,
}

const READS: [Read; 2] = [Read::Row, Read::Strong];

/// When the commands of one connection are due.
#[derive(Clone, Copy)]
struct Pace {
    first: Instant,
    every: Duration,
    measured_from: Instant,
    until: Instant,
}

/// What one connection came to.
#[derive(Default)]
struct Told {
    commands: usize,
    samples: Vec<(Read, u32)>,
}

pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let database = cluster.fresh_database().await?;
    let server = Background::serve(&database, true).await?;
    let mut lines = of_server(server, ["strong", "row"]).await?;
    cluster.drop_database(database).await?;

    let database = cluster.fresh_database().await?;
    let nats = PrivateNats::start(&NatsOptions::default())?;
    let server = Background::serve_all(&database, &nats).await?;
    lines.extend(of_server(server, ["strong_of_all", "row_of_all"]).await?);
    cluster.drop_database(database).await?;
    Ok(lines)
}

async fn of_server(server: Background, [strong, row]: [&'static str; 2]) -> Outcome<Vec<Line>> {
    let (told, elapsed) = load(server.address()?).await?;
    server.end().await?;
    let commands_per_s = told.commands as f64 / elapsed.as_secs_f64();
    let strong = line(strong, Read::Strong, &told, commands_per_s);
    let row = line(row, Read::Row, &told, commands_per_s);
    let ratio_to_strong = row.p50_ms / strong.p50_ms;
    Ok(vec![strong, Line { ratio_to_strong, ..row }])
}

fn line(case: &'static str, read: Read, told: &Told, commands_per_s: f64) -> Line {
    let of_read = told.samples.iter().filter(|(each, _)| *each == read);
    let mut microseconds: Vec<u32> = of_read.map(|(_, microseconds)| *microseconds).collect();
    microseconds.sort_unstable();
    let at = |part| clients::ms_at(&microseconds, part);
    Line {
        case,
        commands_per_s,
        samples: microseconds.len(),
        p50_ms: at(0.50),
        p99_ms: at(0.99),
        max_ms: at(1.0),
        ratio_to_strong: 1.0,
    }
}

/// What all connections came to, and in how long.
async fn load(server: SocketAddr) -> Outcome<(Told, Duration)> {
    const { assert!(samples_of_one_list() < LIST_LIMIT, "a list is read whole") };
    let accounts = people::register(server, SAMPLERS as usize + LOADERS_ACCOUNTS).await?;
    let (sampled, others) = accounts.split_at(SAMPLERS as usize);
    let samplers = people::sign_in(server, sampled, SAMPLERS as usize).await?;
    let loaders = people::sign_in(server, others, LOADERS as usize).await?;
    let start = Instant::now() + Duration::from_millis(100);
    let mut running = JoinSet::new();
    for (number, token) in (0..).zip(samplers) {
        let sampler = Sampler::new(server, token, number).await?;
        running.spawn(sampler.run(Pace::of(start, number, SAMPLERS, SAMPLES_PER_S)));
    }
    for (number, token) in (0..).zip(loaders) {
        let connection = Connection::open(server).await?;
        let pace = Pace::of(start, number, LOADERS, COMMANDS_PER_S - SAMPLES_PER_S);
        running.spawn(load_alone(connection, token, pace));
    }
    let mut all = Told::default();
    while let Some(told) = running.join_next().await {
        let told = told??;
        all.commands += told.commands;
        all.samples.extend(told.samples);
    }
    Ok((all, (start + WARM_UP).elapsed()))
}

const fn samples_of_one_list() -> u32 {
    SAMPLES_PER_S * (MEASURED.as_secs() as u32 + WARM_UP.as_secs() as u32 + 1) / SAMPLERS
}

impl Pace {
    /// One of several connections that come one after the other and together make so many commands a second.
    fn of(start: Instant, number: u32, connections: u32, per_s: u32) -> Self {
        let every = Duration::from_secs(1) * connections / per_s;
        let measured_from = start + WARM_UP;
        Self {
            first: start + every * number / connections,
            every,
            measured_from,
            until: measured_from + MEASURED,
        }
    }

    fn moments(self) -> impl Iterator<Item = Instant> {
        let moments = std::iter::successors(Some(self.first), move |due| Some(*due + self.every));
        moments.take_while(move |due| *due < self.until)
    }
}

async fn load_alone(mut connection: Connection, token: String, pace: Pace) -> Outcome<Told> {
    let create = create(&token)?;
    let mut told = Told::default();
    for due in pace.moments() {
        sleep_until(due).await;
        connection.send(&create, 201).await?;
        told.commands += usize::from(due >= pace.measured_from);
    }
    Ok(told)
}

fn create(token: &str) -> Outcome<Vec<u8>> {
    Ok(request("POST", "/v1/workspaces", Some(token), Some(&workspace::body("Invoices")?)))
}

/// Reads after each of its commands.
struct Sampler {
    connection: Connection,
    token: String,
    create: Vec<u8>,
    /// What it reads first; neighbours begin with different things.
    first: usize,
}

impl Sampler {
    async fn new(server: SocketAddr, token: String, number: u32) -> Outcome<Self> {
        let connection = Connection::open(server).await?;
        Ok(Self { connection, create: create(&token)?, token, first: number as usize % READS.len() })
    }

    async fn run(mut self, pace: Pace) -> Outcome<Told> {
        let mut told = Told::default();
        let reads = READS.into_iter().cycle().skip(self.first);
        for (due, read) in pace.moments().zip(reads) {
            sleep_until(due).await;
            self.create_and(read).await?;
            let took = due.elapsed();
            if due >= pace.measured_from {
                told.commands += 1;
                told.samples.push((read, took.as_micros() as u32));
            }
        }
        Ok(told)
    }

    async fn create_and(&mut self, read: Read) -> Outcome<()> {
        let created = self.connection.send(&self.create, 201).await?;
        let position = created.header("airtide-position").ok_or("a command without a position")?;
        let id = created.text("/id")?;
        let path = match read {
            Read::Row => format!("/v1/workspaces?limit={LIST_LIMIT}&wait_for={position}"),
            Read::Strong => format!("/v1/workspaces/{id}"),
        };
        let asked = request("GET", &path, Some(&self.token), None);
        let answer = self.connection.send(&asked, 200).await?;
        if answer.holds(&id) { Ok(()) } else { Err("a read does not know what was written before it".into()) }
    }
}
