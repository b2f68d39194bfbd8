//! Who administers the platform. One stream for all of them, so that of two who go at once one stays.

mod commands;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use commands::AdministratorsCommand;
pub use events::AdministratorsEvent;
pub use refusal::AdministratorsRefusal;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::{UserId, WorkspaceId};
use crate::stored::Stored;

/// More would be no administration.
pub const ADMINISTRATORS_MAX: usize = 100;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Administrators {
    /// In the order of becoming so.
    users: Vec<UserId>,
    /// Whether there ever was one: the platform is begun once.
    begun: bool,
}

type Decided = Result<Vec<AdministratorsEvent>, AdministratorsRefusal>;

impl Administrators {
    pub fn users(&self) -> &[UserId] {
        &self.users
    }

    pub fn has(&self, user: &UserId) -> bool {
        self.users.contains(user)
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: AdministratorsCommand) -> Decided {
        use AdministratorsCommand as Command;
        match command {
            Command::Begin { .. } if self.begun => Err(AdministratorsRefusal::BootstrapSpent),
            Command::Begin { user } => Ok(vec![AdministratorsEvent::Begun { user }]),
            Command::Name { user } => self.name(user),
            Command::Remove { user } => self.remove(user),
        }
    }

    fn name(&self, user: UserId) -> Decided {
        match self.users.len() {
            _ if self.has(&user) => Ok(vec![]),
            ADMINISTRATORS_MAX.. => Err(AdministratorsRefusal::TooManyAdministrators),
            _ => Ok(vec![AdministratorsEvent::Named { user }]),
        }
    }

    fn remove(&self, user: UserId) -> Decided {
        match self.users.as_slice() {
            _ if !self.has(&user) => Ok(vec![]),
            [_] => Err(AdministratorsRefusal::LastAdministrator),
            _ => Ok(vec![AdministratorsEvent::Removed { user }]),
        }
    }
}

impl Aggregate for Administrators {
    const TYPE: &'static str = "administrators";
    type Command = AdministratorsCommand;
    type Event = AdministratorsEvent;
    type Error = AdministratorsRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: AdministratorsCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), AdministratorsRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: AdministratorsEvent) {
        match event {
            AdministratorsEvent::Begun { user } | AdministratorsEvent::Named { user } => {
                self.begun = true;
                self.users.push(user);
            }
            AdministratorsEvent::Removed { user } => self.users.retain(|each| *each != user),
        }
    }
}

impl Stored for Administrators {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// The platform is above all workspaces.
    fn scope(_: &str, _: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        None
    }
}
