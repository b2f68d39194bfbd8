//! A connection: that somebody here may speak to Airtable as somebody there. The token is a sealed row outside the log, which is
//! inert until an event names it. Whose it is, only they use it; what it was used for stays when it is revoked, and falls silent.

mod commands;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use commands::ConnectionCommand;
pub use events::{ConnectionEvent, TokenKind};
pub use refusal::ConnectionRefusal;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::AirtableSecretId;
use super::ids;
use crate::identity::{UserId, WorkspaceId};
use crate::stored::Stored;

/// What the ids of connections begin with.
pub const LETTERS: &str = "cnx";

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Connection {
    details: Option<Access>,
    revoked: bool,
}

/// Who speaks, as whom, and what opens.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Access {
    pub owner: UserId,
    pub kind: TokenKind,
    /// Who they are in Airtable. All their tokens share one limit there.
    pub account: ids::UserId,
    /// Nothing where Airtable does not say.
    pub scopes: Option<Vec<String>>,
    pub secret: AirtableSecretId,
}

impl Connection {
    /// Whose it is, or was.
    pub fn owner(&self) -> Option<&UserId> {
        self.details.as_ref().map(|access| &access.owner)
    }

    /// Nothing once it is revoked.
    pub fn access(&self) -> Option<&Access> {
        self.details.as_ref().filter(|_| !self.revoked)
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: ConnectionCommand) -> Result<Vec<ConnectionEvent>, ConnectionRefusal> {
        use {ConnectionCommand as Command, ConnectionRefusal as Refusal};
        match (&self.details, command) {
            (None, Command::Make(Access { owner, kind, account, scopes, secret })) => {
                Ok(vec![ConnectionEvent::Made { owner, kind, account, scopes, secret }])
            }
            (Some(known), Command::Make(access)) if *known == access && !self.revoked => Ok(vec![]),
            (Some(_), Command::Make(_)) => Err(Refusal::ConnectionExists),
            (None, Command::Revoke) => Err(Refusal::UnknownConnection),
            (Some(_), Command::Revoke) if self.revoked => Ok(vec![]),
            (Some(_), Command::Revoke) => Ok(vec![ConnectionEvent::Revoked {}]),
        }
    }
}

impl Aggregate for Connection {
    const TYPE: &'static str = "connection";
    type Command = ConnectionCommand;
    type Event = ConnectionEvent;
    type Error = ConnectionRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: ConnectionCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), ConnectionRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: ConnectionEvent) {
        match event {
            ConnectionEvent::Made { owner, kind, account, scopes, secret } => {
                self.details = Some(Access { owner, kind, account, scopes, secret });
            }
            ConnectionEvent::Revoked {} => self.revoked = true,
        }
    }
}

impl Stored for Connection {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// Its bases may be in several workspaces.
    fn scope(_: &str, _: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        None
    }
}
