//! What has happened to a connection. Stored for ever: add variants, never change one.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use crate::bases::AirtableSecretId;
use crate::bases::ids;
use crate::identity::UserId;

/// How its token came to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum TokenKind {
    /// Made by a person in their account.
    Personal,
    /// Granted in Airtable's pages, and renewed.
    Granted,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum ConnectionEvent {
    #[serde(rename = "connection.made")]
    Made {
        owner: UserId,
        kind: TokenKind,
        account: ids::UserId,
        scopes: Option<Vec<String>>,
        secret: AirtableSecretId,
    },
    #[serde(rename = "connection.revoked")]
    Revoked {},
}

impl DomainEvent for ConnectionEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Made { .. } => "connection.made",
            Self::Revoked {} => "connection.revoked",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}
