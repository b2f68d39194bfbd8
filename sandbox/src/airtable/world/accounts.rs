//! People, their tokens, and the workspaces that bases lie in.

use std::collections::BTreeMap;

use domain::bases::cells::Collaborator;
use domain::bases::ids::{BaseId, UserId, WorkspaceId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::{Caller, Scope};
use crate::airtable::oauth::Integration;

#[derive(Debug, Default)]
pub struct Accounts {
    pub people: BTreeMap<UserId, Person>,
    /// By what is sent as Bearer.
    pub tokens: BTreeMap<String, Token>,
    pub workspaces: BTreeMap<WorkspaceId, Workspace>,
    pub integrations: BTreeMap<String, Integration>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    pub id: UserId,
    pub email: String,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Workspace {
    pub id: WorkspaceId,
    pub name: String,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Token {
    pub token: String,
    pub user: UserId,
    /// All of them when it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scopes: Option<Vec<Scope>>,
    /// All of the person's bases when it says nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub bases: Option<Vec<BaseId>>,
    /// Of an OAuth integration: its answers name scopes, and it sees its own webhooks only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub integration: Option<String>,
    /// Tokens of integrations end.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<Timestamp>,
}

impl Accounts {
    pub fn caller(&self, token: &str, now: Timestamp) -> Option<Caller> {
        let token = self.tokens.get(token).filter(|token| token.is_good(now))?;
        let person = self.people.get(&token.user)?.clone();
        Some(Caller {
            person,
            scopes: token.scopes.clone().unwrap_or_else(|| Scope::ALL.to_vec()),
            bases: token.bases.clone(),
            integration: token.integration.clone(),
        })
    }

    pub fn collaborators(&self) -> Vec<Collaborator> {
        self.people.values().map(Person::as_collaborator).collect()
    }
}

impl Token {
    pub fn is_good(&self, now: Timestamp) -> bool {
        self.expires.is_none_or(|end| now < end)
    }
}

impl Person {
    pub fn as_collaborator(&self) -> Collaborator {
        Collaborator {
            id: self.id.to_string(),
            email: Some(self.email.clone()),
            name: Some(self.name.clone()),
        }
    }
}
