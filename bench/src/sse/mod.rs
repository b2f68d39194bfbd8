//! How long an event takes to reach everybody: 1,000 clients follow the stream of one tenant, over HTTP, each on a
//! connection of its own. The time runs from the moment at which a command is sent to the moment at which the last of
//! them has read the whole event that it led to. The floor is a program that, told over one connection, writes the same
//! bytes to 1,000 others and does nothing else.

mod floor;
mod followers;
mod house;

pub use floor::spread;

use std::time::Duration;

use serde::Serialize;
use tokio::time::sleep;

use crate::cluster::Cluster;
use crate::process::Background;
use crate::{Outcome, clients};
use floor::Floor;
use house::House;

const CLIENTS: usize = 1_000;
const EVENTS: usize = 50;
const PAUSE: Duration = Duration::from_millis(100);

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub clients: usize,
    pub events: usize,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub max_ms: f64,
    pub ratio_to_floor: f64,
}

/// Both in turn. The first of each is not counted: caches fill, and memory is asked for.
pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let database = cluster.fresh_database().await?;
    let server = Background::serve(&database, true).await?;
    let house = House::settle(&database, server.address()?, CLIENTS).await?;
    let event = house.one_event().await?;
    let (mut stream, mut floor) = (house.stream(CLIENTS).await?, Floor::open(event, CLIENTS).await?);
    let (mut of_floor, mut of_stream) = (Vec::new(), Vec::new());
    for _ in 0..=EVENTS {
        of_floor.push(floor.round().await?);
        sleep(PAUSE).await;
        of_stream.push(stream.round().await?);
        sleep(PAUSE).await;
    }
    server.end().await?;
    cluster.drop_database(database).await?;
    let (floor, stream) = (line("floor", &of_floor[1..]), line("stream", &of_stream[1..]));
    let ratio_to_floor = stream.p50_ms / floor.p50_ms;
    Ok(vec![floor, Line { ratio_to_floor, ..stream }])
}

fn line(case: &'static str, rounds: &[Duration]) -> Line {
    let mut microseconds: Vec<u32> = rounds.iter().map(|round| round.as_micros() as u32).collect();
    microseconds.sort_unstable();
    let at = |part| clients::ms_at(&microseconds, part);
    let (p50_ms, p99_ms, max_ms) = (at(0.50), at(0.99), at(1.0));
    Line { case, clients: CLIENTS, events: rounds.len(), p50_ms, p99_ms, max_ms, ratio_to_floor: 1.0 }
}
