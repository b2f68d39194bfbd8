//! A service account: a member of a tenant that is no person. What it is and which workspaces are open to it says its
//! membership, which lies beside it under the same id; this is the record of what it is called, and that it is there.

mod commands;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use commands::ServiceAccountCommand;
pub use events::ServiceAccountEvent;
pub use refusal::ServiceAccountRefusal;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::{UserId, WorkspaceId, name};
use crate::stored::Stored;

/// What the ids of service accounts begin with. No person's does.
pub const ID_PREFIX: &str = "svc";

/// Whether a member is one, and no person.
pub fn is_one(member: &UserId) -> bool {
    member.as_str().split_once('_').is_some_and(|(prefix, _)| prefix == ID_PREFIX)
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct ServiceAccount {
    name: Option<String>,
    removed: bool,
}

impl ServiceAccount {
    /// What it is called; nothing for one that is not there, or not any more.
    pub fn name(&self) -> Option<&str> {
        self.name.as_deref().filter(|_| !self.removed)
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(
        &self,
        command: ServiceAccountCommand,
    ) -> Result<Vec<ServiceAccountEvent>, ServiceAccountRefusal> {
        use {ServiceAccountCommand as Command, ServiceAccountRefusal as Refusal};
        match (&self.name, command) {
            (None, Command::Create { name }) => {
                let name = name::checked(&name).ok_or(Refusal::BadName)?;
                Ok(vec![ServiceAccountEvent::Created { name }])
            }
            (Some(known), Command::Create { name }) => {
                if *known == name.trim() {
                    Ok(vec![])
                } else {
                    Err(Refusal::ServiceAccountExists)
                }
            }
            (None, _) => Err(Refusal::UnknownServiceAccount),
            (Some(_), Command::Remove) if self.removed => Ok(vec![]),
            (Some(_), Command::Remove) => Ok(vec![ServiceAccountEvent::Removed {}]),
            (Some(_), Command::Rename { .. }) if self.removed => Err(Refusal::UnknownServiceAccount),
            (Some(known), Command::Rename { name }) => {
                let name = name::checked(&name).ok_or(Refusal::BadName)?;
                if *known == name { Ok(vec![]) } else { Ok(vec![ServiceAccountEvent::Renamed { name }]) }
            }
        }
    }
}

impl Aggregate for ServiceAccount {
    const TYPE: &'static str = "service_account";
    type Command = ServiceAccountCommand;
    type Event = ServiceAccountEvent;
    type Error = ServiceAccountRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: ServiceAccountCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), ServiceAccountRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: ServiceAccountEvent) {
        match event {
            ServiceAccountEvent::Created { name } | ServiceAccountEvent::Renamed { name } => {
                self.name = Some(name);
            }
            ServiceAccountEvent::Removed {} => self.removed = true,
        }
    }
}

impl Stored for ServiceAccount {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// Who is in a tenant is a matter of the tenant.
    fn scope(_: &str, _: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        None
    }
}
