//! Commands that come at a steady pace whether or not the last was answered in time, by people who sign in again before
//! their tokens end.

use std::net::SocketAddr;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};

use crate::connection::{Connection, request};
use crate::people::Account;
use crate::{Outcome, people, workspace};

pub const CONNECTIONS: u32 = 32;
const COMMANDS_PER_S: u32 = 500;
const WARM_UP: Duration = Duration::from_secs(3);
/// Tokens are good for ten minutes.
const SIGNS_IN_AGAIN: Duration = Duration::from_secs(240);

pub struct Load {
    /// Microseconds from the moment at which each was due to its answer, sorted.
    pub took: Vec<u32>,
    pub lasted: Duration,
}

pub async fn run(server: SocketAddr, accounts: &[Account], lasts: Duration) -> Outcome<Load> {
    let tokens = people::sign_in(server, accounts, accounts.len()).await?;
    let start = Instant::now() + Duration::from_millis(100);
    let mut running = JoinSet::new();
    for ((number, account), token) in (0..).zip(accounts.iter().cloned()).zip(tokens) {
        running.spawn(one(server, account, token, Pace { start, number, lasts }));
    }
    let mut took = Vec::new();
    while let Some(one) = running.join_next().await {
        took.extend(one??);
    }
    took.sort_unstable();
    Ok(Load { took, lasted: lasts })
}

struct Pace {
    start: Instant,
    number: u32,
    lasts: Duration,
}

/// One of several connections that come one after the other.
async fn one(server: SocketAddr, account: Account, mut token: String, pace: Pace) -> Outcome<Vec<u32>> {
    let mut connection = Connection::open(server).await?;
    let body = workspace::body("Invoices")?;
    let every = Duration::from_secs(1) * CONNECTIONS / COMMANDS_PER_S;
    let measured = pace.start + WARM_UP;
    let mut due = pace.start + every * pace.number / CONNECTIONS;
    // Not everybody at once.
    let mut signs_in = pace.start + SIGNS_IN_AGAIN + Duration::from_secs(1) * pace.number;
    let mut took = Vec::new();
    while due < measured + pace.lasts {
        sleep_until(due).await;
        connection.send(&request("POST", "/v1/workspaces", Some(&token), Some(&body)), 201).await?;
        if due >= measured {
            took.push(due.elapsed().as_micros() as u32);
        }
        due += every;
        if due >= signs_in {
            token = account.sign_in(&mut connection, &account.tenant).await?;
            signs_in += SIGNS_IN_AGAIN;
            due = due.max(Instant::now());
        }
    }
    Ok(took)
}
