//! One tenant: an owner who writes, and members who follow its stream.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use api::identity::members;
use domain::identity::{Role, TenantId, UserId};
use eventstore::execute::Request;
use tokio::net::TcpStream;

use super::followers::{self, Followers};
use crate::cluster::Database;
use crate::connection::{Connection, request};
use crate::people::{self, Account};
use crate::{Outcome, workspace};

/// As many streams as one person may have.
const CLIENTS_OF_ONE_PERSON: usize = 16;

pub struct House {
    server: SocketAddr,
    /// One of each person, the owner's first.
    tokens: Vec<String>,
}

/// The stream with its clients, and who writes to it.
pub struct Stream {
    followers: Followers,
    writer: Connection,
    create: Vec<u8>,
}

impl House {
    /// Room for so many clients.
    pub async fn settle(database: &Database, server: SocketAddr, clients: usize) -> Outcome<Self> {
        let accounts = people::register(server, clients.div_ceil(CLIENTS_OF_ONE_PERSON)).await?;
        let (owner, others) = accounts.split_first().ok_or("nobody is registered")?;
        add_members(database, owner, others).await?;
        let mut connection = Connection::open(server).await?;
        let mut tokens = Vec::with_capacity(accounts.len());
        for account in &accounts {
            tokens.push(account.sign_in(&mut connection, &owner.tenant).await?);
        }
        Ok(Self { server, tokens })
    }

    /// An event as it goes over the wire.
    pub async fn one_event(&self) -> Outcome<Vec<u8>> {
        let owner = self.owner()?;
        let (stream, received) = self.follow(owner).await?;
        Connection::open(self.server).await?.send(&create(owner)?, 201).await?;
        followers::first_event(stream, received).await
    }

    pub async fn stream(&self, clients: usize) -> Outcome<Stream> {
        let mut followers = Followers::new();
        let each = self.tokens.iter().flat_map(|token| [token; CLIENTS_OF_ONE_PERSON]);
        for token in each.take(clients) {
            let (stream, received) = self.follow(token).await?;
            followers.add(stream, received);
        }
        let writer = Connection::open(self.server).await?;
        Ok(Stream { followers, writer, create: create(self.owner()?)? })
    }

    async fn follow(&self, token: &str) -> Outcome<(TcpStream, Vec<u8>)> {
        let follow = request("GET", "/v1/events/stream", Some(token), None);
        Connection::open(self.server).await?.follow(&follow).await
    }

    fn owner(&self) -> Outcome<&str> {
        Ok(self.tokens.first().ok_or("nobody is signed in")?)
    }
}

fn create(token: &str) -> Outcome<Vec<u8>> {
    Ok(request("POST", "/v1/workspaces", Some(token), Some(&workspace::body("Invoices")?)))
}

impl Stream {
    /// Writes an event; from then on to when the last client has it.
    pub async fn round(&mut self) -> Outcome<Duration> {
        let begun = self.followers.begin();
        self.writer.send(&self.create, 201).await?;
        Ok(self.followers.last().await?.duration_since(begun))
    }
}

/// By commands of another node: members have no door in HTTP yet. They see every workspace.
async fn add_members(database: &Database, owner: &Account, others: &[Account]) -> Outcome<()> {
    let log = database.open_log().await?;
    let tenant = TenantId::new(owner.tenant.as_str())?;
    for other in others {
        let user = UserId::new(other.user.as_str())?;
        let add = members::add(&tenant, &user, Role::Auditor, BTreeSet::new())?;
        log.executor().execute(&Request::new(tenant.clone(), owner.user.as_str()), add).await?;
    }
    log.close().await;
    Ok(())
}
