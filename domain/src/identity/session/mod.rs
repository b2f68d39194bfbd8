//! A session: one sign-in of one person, from the password to the sign-out. What makes it valid at this moment is a
//! row outside the log; this is the record of it.

mod commands;
mod end_reason;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use commands::SessionCommand;
pub use end_reason::EndReason;
pub use events::SessionEvent;
pub use refusal::SessionRefusal;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::{TenantId, UserId, WorkspaceId};
use crate::stored::Stored;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Session {
    details: Option<Details>,
    ended: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Details {
    user: UserId,
    tenant: TenantId,
}

impl Session {
    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: SessionCommand) -> Result<Vec<SessionEvent>, SessionRefusal> {
        use {SessionCommand as Command, SessionRefusal as Refusal};
        match (&self.details, command) {
            (None, Command::Start { user, tenant }) => Ok(vec![SessionEvent::Started { user, tenant }]),
            (Some(details), Command::Start { user, tenant }) => {
                let same = *details == Details { user, tenant };
                if same { Ok(vec![]) } else { Err(Refusal::SessionExists) }
            }
            (None, _) => Err(Refusal::UnknownSession),
            (Some(_), Command::End | Command::Revoke { .. }) if self.ended => Ok(vec![]),
            (Some(_), Command::End) => Ok(vec![SessionEvent::Ended {}]),
            (Some(_), Command::Revoke { because }) => Ok(vec![SessionEvent::Revoked { because }]),
            (Some(_), _) if self.ended => Err(Refusal::SessionEnded),
            (Some(details), Command::ChangeTenant { tenant }) if details.tenant == tenant => Ok(vec![]),
            (Some(_), Command::ChangeTenant { tenant }) => Ok(vec![SessionEvent::TenantChanged { tenant }]),
        }
    }
}

impl Aggregate for Session {
    const TYPE: &'static str = "session";
    type Command = SessionCommand;
    type Event = SessionEvent;
    type Error = SessionRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: SessionCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), SessionRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: SessionEvent) {
        match (event, &mut self.details) {
            (SessionEvent::Started { user, tenant }, details) => *details = Some(Details { user, tenant }),
            (SessionEvent::TenantChanged { tenant }, Some(details)) => details.tenant = tenant,
            (SessionEvent::Ended {} | SessionEvent::Revoked { .. }, _) => self.ended = true,
            // The stream of a session begins with its start; nothing before it can change details.
            (SessionEvent::TenantChanged { .. }, None) => {}
        }
    }
}

impl Stored for Session {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// A person signs in to a tenant, not to a workspace.
    fn scope(_: &str, _: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        None
    }
}
