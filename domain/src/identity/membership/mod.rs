//! A membership: what one person is in one tenant, and which workspaces are open to them. Its stream lies in the
//! tenant and has the person's id, so it is found without asking anything.

mod commands;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use commands::MembershipCommand;
pub use events::MembershipEvent;
pub use refusal::MembershipRefusal;

use std::collections::BTreeSet;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::quota::Counted;
use super::{Quota, Role, UserId, WorkspaceId};
use crate::stored::Stored;

/// Workspaces that one membership may name.
pub const WORKSPACES_MAX: usize = 1_000;

/// Nobody, a member, or somebody who was one.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Membership {
    details: Option<Details>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Details {
    pub user: UserId,
    pub role: Role,
    /// Those opened by name; some roles see every workspace besides.
    pub workspaces: BTreeSet<WorkspaceId>,
}

impl Membership {
    /// What the person is; nothing for who never was, or no longer is, a member.
    pub fn details(&self) -> Option<&Details> {
        self.details.as_ref()
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: MembershipCommand) -> Result<Vec<MembershipEvent>, MembershipRefusal> {
        use {MembershipCommand as Command, MembershipRefusal as Refusal};
        match (&self.details, command) {
            (None, Command::Add { user, role, workspaces }) => {
                check_count(&workspaces)?;
                Ok(vec![MembershipEvent::Added { user, role, workspaces }])
            }
            (Some(details), Command::Add { user, role, workspaces }) => {
                let same = *details == Details { user, role, workspaces };
                if same { Ok(vec![]) } else { Err(Refusal::MemberExists) }
            }
            (None, Command::Remove) => Ok(vec![]),
            (Some(_), Command::Remove) => Ok(vec![MembershipEvent::Removed {}]),
            (None, _) => Err(Refusal::UnknownMember),
            (Some(details), Command::ChangeRole { role }) => Ok(details.change_role(role)),
            (Some(details), Command::ChangeWorkspaces { workspaces }) => {
                details.change_workspaces(workspaces)
            }
            (Some(details), Command::Change { role, workspaces }) => details.change(role, workspaces),
            (Some(_), Command::NoteRefusals { operation, refusals }) => {
                Ok(vec![MembershipEvent::RequestsRefused { operation, refusals }])
            }
        }
    }
}

fn check_count(workspaces: &BTreeSet<WorkspaceId>) -> Result<(), MembershipRefusal> {
    if workspaces.len() <= WORKSPACES_MAX { Ok(()) } else { Err(MembershipRefusal::TooManyWorkspaces) }
}

impl Details {
    /// Whether a workspace of the tenant is open to this member.
    pub fn opens(&self, workspace: &WorkspaceId) -> bool {
        self.role.sees_every_workspace() || self.workspaces.contains(workspace)
    }

    fn change(
        &self,
        role: Option<Role>,
        workspaces: Option<BTreeSet<WorkspaceId>>,
    ) -> Result<Vec<MembershipEvent>, MembershipRefusal> {
        let mut events = role.map(|role| self.change_role(role)).unwrap_or_default();
        if let Some(workspaces) = workspaces {
            events.extend(self.change_workspaces(workspaces)?);
        }
        Ok(events)
    }

    fn change_role(&self, role: Role) -> Vec<MembershipEvent> {
        if self.role == role { vec![] } else { vec![MembershipEvent::RoleChanged { role }] }
    }

    fn change_workspaces(
        &self,
        workspaces: BTreeSet<WorkspaceId>,
    ) -> Result<Vec<MembershipEvent>, MembershipRefusal> {
        check_count(&workspaces)?;
        if self.workspaces == workspaces {
            return Ok(vec![]);
        }
        Ok(vec![MembershipEvent::WorkspacesChanged { workspaces }])
    }
}

impl Aggregate for Membership {
    const TYPE: &'static str = "membership";
    type Command = MembershipCommand;
    type Event = MembershipEvent;
    type Error = MembershipRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: MembershipCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), MembershipRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: MembershipEvent) {
        match (event, &mut self.details) {
            (MembershipEvent::Added { user, role, workspaces }, details) => {
                *details = Some(Details { user, role, workspaces });
            }
            (MembershipEvent::RoleChanged { role }, Some(details)) => details.role = role,
            (MembershipEvent::WorkspacesChanged { workspaces }, Some(details)) => {
                details.workspaces = workspaces;
            }
            (MembershipEvent::Removed {}, details) => *details = None,
            (MembershipEvent::RequestsRefused { .. }, _) => {}
            // Who is no member has nothing to change.
            (MembershipEvent::RoleChanged { .. } | MembershipEvent::WorkspacesChanged { .. }, None) => {}
        }
    }
}

impl Stored for Membership {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// Who is in a tenant is a matter of the tenant.
    fn scope(_: &str, _: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        None
    }

    fn counts(event: &MembershipEvent) -> Option<Counted> {
        match event {
            MembershipEvent::Added { .. } => Some(Counted::Moves(Quota::Members, 1)),
            MembershipEvent::Removed {} => Some(Counted::Moves(Quota::Members, -1)),
            MembershipEvent::RoleChanged { .. }
            | MembershipEvent::WorkspacesChanged { .. }
            | MembershipEvent::RequestsRefused { .. } => None,
        }
    }
}
