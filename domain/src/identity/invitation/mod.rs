//! An invitation: somebody with an address may become a member, once, and as what was said when it was sent. Its stream
//! lies in the tenant. The address is the invited person's own, so it is sealed under a key of the invitation's.

mod commands;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use commands::InvitationCommand;
pub use events::InvitationEvent;
pub use refusal::InvitationRefusal;

use std::collections::BTreeSet;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::membership::WORKSPACES_MAX;
use super::{ProofId, Role, UserId, WorkspaceId};
use crate::personal::Personal;
use crate::stored::Stored;

/// Invitations of one tenant that are neither accepted nor revoked.
pub const OPEN_MAX: u8 = 50;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Invitation {
    details: Option<Details>,
    end: Option<End>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Details {
    pub slot: u8,
    pub email: Personal<String>,
    pub role: Role,
    pub workspaces: BTreeSet<WorkspaceId>,
    /// Who invites: whoever had the last mail sent.
    pub by: UserId,
    /// The proof that would count if it came: that of the last mail.
    pub proof: ProofId,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum End {
    Accepted,
    Revoked,
}

impl Invitation {
    /// What it says, for as long as it is open.
    pub fn open(&self) -> Option<&Details> {
        if self.end.is_none() { self.details.as_ref() } else { None }
    }

    /// What it says, open or not.
    pub fn details(&self) -> Option<&Details> {
        self.details.as_ref()
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done. Accepting counts once, whoever repeats it.
    pub fn decide(&self, command: InvitationCommand) -> Result<Vec<InvitationEvent>, InvitationRefusal> {
        use {InvitationCommand as Command, InvitationRefusal as Refusal};
        match (&self.details, self.end, command) {
            (None, _, Command::Send { slot, email, role, workspaces, by, proof }) => {
                send(Details { slot, email, role, workspaces, by, proof })
            }
            (Some(details), _, Command::Send { slot, email, role, workspaces, by, proof }) => {
                let same = *details == Details { slot, email, role, workspaces, by, proof };
                if same { Ok(vec![]) } else { Err(Refusal::InvitationExists) }
            }
            (None, _, _) => Err(Refusal::UnknownInvitation),
            (Some(_), Some(End::Revoked), Command::Revoke) => Ok(vec![]),
            (Some(_), Some(_), Command::Accept { .. }) => Err(Refusal::LinkSpent),
            (Some(_), Some(End::Accepted), _) => Err(Refusal::InvitationAccepted),
            (Some(_), Some(End::Revoked), _) => Err(Refusal::InvitationRevoked),
            (Some(_), None, Command::Revoke) => Ok(vec![InvitationEvent::Revoked {}]),
            (Some(details), None, Command::SendAgain { proof, .. }) if details.proof == proof => Ok(vec![]),
            (Some(_), None, Command::SendAgain { by, proof }) => {
                Ok(vec![InvitationEvent::SentAgain { by, proof }])
            }
            (Some(details), None, Command::Accept { user, proof }) => details.accept(user, &proof),
        }
    }
}

fn send(details: Details) -> Result<Vec<InvitationEvent>, InvitationRefusal> {
    let Details { slot, email, role, workspaces, by, proof } = details;
    if slot >= OPEN_MAX {
        return Err(InvitationRefusal::TooManyInvitations);
    }
    if workspaces.len() > WORKSPACES_MAX {
        return Err(InvitationRefusal::TooManyWorkspaces);
    }
    Ok(vec![InvitationEvent::Sent { slot, email, role, workspaces, by, proof }])
}

impl Details {
    fn accept(&self, user: UserId, proof: &ProofId) -> Result<Vec<InvitationEvent>, InvitationRefusal> {
        match self.proof == *proof {
            true => Ok(vec![InvitationEvent::Accepted { user }]),
            false => Err(InvitationRefusal::LinkSpent),
        }
    }
}

impl Aggregate for Invitation {
    const TYPE: &'static str = "invitation";
    type Command = InvitationCommand;
    type Event = InvitationEvent;
    type Error = InvitationRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: InvitationCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), InvitationRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: InvitationEvent) {
        match (event, &mut self.details) {
            (InvitationEvent::Sent { slot, email, role, workspaces, by, proof }, details) => {
                *details = Some(Details { slot, email, role, workspaces, by, proof });
            }
            (InvitationEvent::SentAgain { by, proof }, Some(details)) => {
                details.by = by;
                details.proof = proof;
            }
            (InvitationEvent::Accepted { .. }, _) => self.end = Some(End::Accepted),
            (InvitationEvent::Revoked {}, _) => self.end = Some(End::Revoked),
            // The stream of an invitation begins with its sending; nothing before it can change details.
            (InvitationEvent::SentAgain { .. }, None) => {}
        }
    }
}

impl Stored for Invitation {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// Who is in a tenant is a matter of the tenant.
    fn scope(_: &str, _: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        None
    }
}
