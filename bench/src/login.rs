//! Signing in, against the same password hashing and nothing else, on as many threads; what another route takes
//! meanwhile; and how long a refusal takes for somebody and for nobody, in turn on one connection. Those two are held
//! against each other by their medians and by the rank-sum test: `rank_p` below 0.01 would tell them apart.

use std::net::SocketAddr;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use argon2::{Argon2, Block, Params};
use serde::Serialize;
use serde_json::json;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::clients::{self, Measured, ms_at};
use crate::cluster::Cluster;
use crate::connection::{Connection, request};
use crate::people::Account;
use crate::process::Background;
use crate::{Outcome, median, people};

const PEOPLE: usize = 16;
/// More than hash at a time, and fewer than may wait.
const CONNECTIONS: usize = 8;
const EACH: Duration = Duration::from_secs(5);
/// Between two requests to the other route.
const PAUSE: Duration = Duration::from_millis(5);
const ROUNDS: usize = 3;
const REFUSALS: usize = 200;

#[derive(Serialize)]
pub struct Line {
    pub case: &'static str,
    pub per_s: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    /// Of sign-ins to bare hashing; of refusals of nobody to those of somebody (medians).
    pub ratio: f64,
    pub rank_p: f64,
}

pub async fn run(cluster: &Cluster) -> Outcome<Vec<Line>> {
    let database = cluster.fresh_database().await?;
    let server = Background::serve(&database, false).await?;
    let address = server.address()?;
    let accounts = Arc::new(people::register(address, PEOPLE).await?);
    // Somebody who signs in no further: more than a hundred sessions of one person end the oldest.
    let other = accounts.last().ok_or("nobody is registered")?;
    let token = other.sign_in(&mut Connection::open(address).await?, &other.tenant).await?;

    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let bare = tokio::task::spawn_blocking(bare).await?;
        let (logins, other) = tokio::join!(logins(address, &accounts), other_route(address, &token));
        rounds.push(Round { bare, logins: logins?, other: other? });
    }
    let refusals = Refusals::collect(address).await?;
    server.end().await?;
    cluster.drop_database(database).await?;
    Ok(lines(&rounds, &refusals))
}

struct Round {
    bare: f64,
    logins: Measured,
    /// Microseconds, sorted.
    other: Vec<u32>,
}

fn lines(rounds: &[Round], refusals: &Refusals) -> Vec<Line> {
    let of = |pick: fn(&Round) -> f64| median(rounds.iter().map(pick).collect());
    let line =
        |case, per_s, p50_ms, p99_ms, ratio| Line { case, per_s, p50_ms, p99_ms, ratio, rank_p: f64::NAN };
    let refused = |case, of: &[u32], ratio, rank_p| Line {
        case,
        per_s: f64::NAN,
        p50_ms: ms_at(of, 0.5),
        p99_ms: ms_at(of, 0.99),
        ratio,
        rank_p,
    };
    let (somebody, nobody) = (&refusals.somebody, &refusals.nobody);
    let ratio = ms_at(nobody, 0.5) / ms_at(somebody, 0.5);
    vec![
        line("argon2", of(|round| round.bare), f64::NAN, f64::NAN, 1.0),
        line(
            "login",
            of(|round| round.logins.per_s),
            of(|round| round.logins.p50_ms),
            of(|round| round.logins.p99_ms),
            of(|round| round.logins.per_s / round.bare),
        ),
        line(
            "meanwhile",
            of(|round| round.other.len() as f64 / EACH.as_secs_f64()),
            of(|round| ms_at(&round.other, 0.5)),
            of(|round| ms_at(&round.other, 0.99)),
            f64::NAN,
        ),
        refused("refused_somebody", somebody, 1.0, f64::NAN),
        refused("refused_nobody", nobody, ratio, rank_p(somebody, nobody)),
    ]
}

/// Passwords a second, on as many threads as the server hashes with, each with memory of its own.
fn bare() -> f64 {
    let threads = thread::available_parallelism().map_or(1, usize::from).saturating_sub(1).max(1);
    let begun = std::time::Instant::now();
    let hashing: Vec<_> = (0..threads).map(|_| thread::spawn(move || hashed_until(begun + EACH))).collect();
    let hashed: u32 = hashing.into_iter().map(|each| each.join().unwrap_or_default()).sum();
    f64::from(hashed) / begun.elapsed().as_secs_f64()
}

fn hashed_until(end: std::time::Instant) -> u32 {
    let argon = Argon2::default();
    let mut memory = vec![Block::default(); Params::DEFAULT.block_count()];
    let mut hashed = 0;
    while std::time::Instant::now() < end {
        let mut output = [0; Params::DEFAULT_OUTPUT_LEN];
        if argon.hash_password_into_with_memory(b"a password", &[7; 16], &mut output, &mut memory).is_ok() {
            hashed += 1;
        }
    }
    hashed
}

async fn logins(server: SocketAddr, accounts: &Arc<Vec<Account>>) -> Outcome<Measured> {
    let mut connections = Vec::new();
    for _ in 0..CONNECTIONS {
        connections.push(Mutex::new(Connection::open(server).await?));
    }
    let (connections, accounts) = (Arc::new(connections), Arc::clone(accounts));
    clients::run(CONNECTIONS, EACH, move |client| {
        let (connections, accounts) = (Arc::clone(&connections), Arc::clone(&accounts));
        async move {
            let account = accounts.get(client).ok_or("nobody of this number")?;
            let mut connection = connections.get(client).ok_or("no such connection")?.lock().await;
            account.sign_in(&mut connection, &account.tenant).await.map(|_| ())
        }
    })
    .await
}

/// Microseconds of a route that hashes nothing, asked for now and then.
async fn other_route(server: SocketAddr, token: &str) -> Outcome<Vec<u32>> {
    let mut connection = Connection::open(server).await?;
    let profile = request("GET", "/auth/profile", Some(token), None);
    let until = Instant::now() + EACH;
    let mut took = Vec::new();
    while Instant::now() < until {
        let begun = Instant::now();
        connection.send(&profile, 200).await?;
        took.push(begun.elapsed().as_micros() as u32);
        tokio::time::sleep(PAUSE).await;
    }
    took.sort_unstable();
    Ok(took)
}

/// Microseconds, sorted.
struct Refusals {
    somebody: Vec<u32>,
    nobody: Vec<u32>,
}

impl Refusals {
    async fn collect(server: SocketAddr) -> Outcome<Self> {
        let mut connection = Connection::open(server).await?;
        let (mut somebody, mut nobody) = (Vec::new(), Vec::new());
        for number in 0..REFUSALS {
            somebody.push(refused(&mut connection, &format!("person{}", number % PEOPLE)).await?);
            nobody.push(refused(&mut connection, &format!("absent{}", number % PEOPLE)).await?);
        }
        somebody.sort_unstable();
        nobody.sort_unstable();
        Ok(Self { somebody, nobody })
    }
}

async fn refused(connection: &mut Connection, name: &str) -> Outcome<u32> {
    let body = json!({ "username": name, "password": "not the password" }).to_string();
    let login = request("POST", "/auth/login", None, Some(&body));
    let begun = Instant::now();
    connection.send(&login, 401).await?;
    Ok(begun.elapsed().as_micros() as u32)
}

/// How likely ranks this far apart are when both come of the same: the rank-sum test with its normal approximation.
fn rank_p(left: &[u32], right: &[u32]) -> f64 {
    let wins: f64 = left.iter().map(|each| better_than(*each, right)).sum();
    let (count_left, count_right) = (left.len() as f64, right.len() as f64);
    let expected = count_left * count_right / 2.0;
    let deviation = (count_left * count_right * (count_left + count_right + 1.0) / 12.0).sqrt();
    two_sided((wins - expected) / deviation)
}

/// How many of the others are smaller; of those that are equal, half.
fn better_than(each: u32, others: &[u32]) -> f64 {
    let smaller = others.partition_point(|other| *other < each);
    let not_larger = others.partition_point(|other| *other <= each);
    smaller as f64 + (not_larger - smaller) as f64 / 2.0
}

/// The part of a normal distribution that lies further out, on both sides (Abramowitz and Stegun 7.1.26).
fn two_sided(deviations: f64) -> f64 {
    let out = deviations.abs() / std::f64::consts::SQRT_2;
    let t = 1.0 / (1.0 + 0.327_591_1 * out);
    let terms = [0.254_829_592, -0.284_496_736, 1.421_413_741, -1.453_152_027, 1.061_405_429];
    let sum = terms.iter().rev().fold(0.0, |sum, term| (sum + term) * t);
    (sum * (-out * out).exp()).clamp(0.0, 1.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_test_tells_apart_what_differs_and_nothing_else() {
        let some: Vec<u32> = (0..200).map(|number| 50_000 + number * 10).collect();
        let later: Vec<u32> = some.iter().map(|each| each + 700).collect();
        assert!(rank_p(&some, &some) > 0.9);
        assert!(rank_p(&some, &later) < 0.001);
        assert!((two_sided(1.96) - 0.05).abs() < 0.001);
    }
}
