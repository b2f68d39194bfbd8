//! Whoever uses the served API: registered and signed in over HTTP, as anybody would be.

use std::net::SocketAddr;

use serde_json::json;

use crate::Outcome;
use crate::connection::{Connection, request};

const PASSWORD: &str = "orchard in the rain";

#[derive(Clone)]
pub struct Account {
    name: String,
    pub user: String,
    /// The tenant that came with the registration.
    pub tenant: String,
}

impl Account {
    pub async fn register(connection: &mut Connection, name: &str) -> Outcome<Self> {
        let email = format!("{name}@example.org");
        let body = json!({ "email": email, "username": name, "password": PASSWORD }).to_string();
        let registered = connection.send(&request("POST", "/auth/register", None, Some(&body)), 201).await?;
        Ok(Self {
            name: name.to_owned(),
            user: registered.text("/id")?,
            tenant: registered.text("/tenants/0")?,
        })
    }

    /// Signing in to whichever tenant there is.
    pub fn login(&self) -> Vec<u8> {
        let body = json!({ "username": self.name, "password": PASSWORD }).to_string();
        request("POST", "/auth/login", None, Some(&body))
    }

    /// A token of a new session.
    pub async fn sign_in(&self, connection: &mut Connection, tenant: &str) -> Outcome<String> {
        let body = json!({ "username": self.name, "password": PASSWORD, "tenant": tenant }).to_string();
        let signed_in = connection.send(&request("POST", "/auth/login", None, Some(&body)), 200).await?;
        signed_in.text("/access_token")
    }
}

/// So many people, each with a tenant of their own.
pub async fn register(server: SocketAddr, count: usize) -> Outcome<Vec<Account>> {
    let mut connection = Connection::open(server).await?;
    let mut accounts = Vec::with_capacity(count);
    for number in 0..count {
        accounts.push(Account::register(&mut connection, &format!("person{number}")).await?);
    }
    Ok(accounts)
}

/// So many sessions of these people in their own tenants.
pub async fn sign_in(server: SocketAddr, accounts: &[Account], sessions: usize) -> Outcome<Vec<String>> {
    let mut connection = Connection::open(server).await?;
    let mut tokens = Vec::with_capacity(sessions);
    for account in accounts.iter().cycle().take(sessions) {
        tokens.push(account.sign_in(&mut connection, &account.tenant).await?);
    }
    Ok(tokens)
}
