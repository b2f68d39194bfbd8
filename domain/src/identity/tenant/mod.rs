//! A tenant: one customer, whose data nobody else sees.

mod commands;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use commands::TenantCommand;
pub use events::TenantEvent;
pub use refusal::TenantRefusal;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use serde::{Deserialize, Serialize};

use super::{UserId, WorkspaceId, name};
use crate::personal::Personal;
use crate::stored::Stored;

/// Longest contact address, in characters.
pub const CONTACT_LENGTH_MAX: usize = 254;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tenant {
    details: Option<Details>,
    closed: bool,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Details {
    name: String,
    /// Who owns it, in the order of becoming so; never nobody.
    owners: Vec<UserId>,
    contact: Option<Personal<String>>,
    requires_second_factor: bool,
}

impl Tenant {
    pub fn name(&self) -> Option<&str> {
        self.details.as_ref().map(|details| details.name.as_str())
    }

    pub fn owners(&self) -> &[UserId] {
        self.details.as_ref().map_or(&[], |details| details.owners.as_slice())
    }

    pub fn is_closed(&self) -> bool {
        self.closed
    }

    /// Whether its members have to show a code besides their password.
    pub fn requires_second_factor(&self) -> bool {
        self.details.as_ref().is_some_and(|details| details.requires_second_factor)
    }

    pub fn contact(&self) -> Option<&Personal<String>> {
        self.details.as_ref()?.contact.as_ref()
    }

    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: TenantCommand) -> Result<Vec<TenantEvent>, TenantRefusal> {
        use {TenantCommand as Command, TenantRefusal as Refusal};
        match (&self.details, command) {
            (None, Command::Create { name, owner }) => create(&name, owner),
            (Some(details), Command::Create { name, owner }) => details.create_again(&name, &owner),
            (None, _) => Err(Refusal::UnknownTenant),
            (Some(_), Command::Close) if self.closed => Ok(vec![]),
            (Some(_), Command::Close) => Ok(vec![TenantEvent::Closed {}]),
            (Some(_), _) if self.closed => Err(Refusal::TenantClosed),
            (Some(_), Command::ExportAudit { after, up_to }) => {
                Ok(vec![TenantEvent::AuditExported { after, up_to }])
            }
            (Some(details), Command::Change { name, require_second_factor }) => {
                let renamed = name.map(|name| details.rename(&name)).transpose()?;
                let required = require_second_factor.map(|required| details.require_second_factor(required));
                Ok(renamed.into_iter().chain(required).flatten().collect())
            }
            (Some(details), Command::AddOwner { owner }) => Ok(details.add_owner(owner)),
            (Some(details), Command::RemoveOwner { owner }) => details.remove_owner(owner),
            (Some(details), Command::Transfer { from, to }) => details.transfer(from, to),
            (Some(details), Command::ChangeContact { contact }) => details.change_contact(contact),
        }
    }
}

fn create(name: &str, owner: UserId) -> Result<Vec<TenantEvent>, TenantRefusal> {
    let name = name::checked(name).ok_or(TenantRefusal::BadName)?;
    Ok(vec![TenantEvent::Created { name, owner }])
}

impl Details {
    fn create_again(&self, name: &str, owner: &UserId) -> Result<Vec<TenantEvent>, TenantRefusal> {
        let same = self.name == name.trim() && self.owners.first() == Some(owner);
        if same { Ok(vec![]) } else { Err(TenantRefusal::TenantExists) }
    }

    fn rename(&self, name: &str) -> Result<Vec<TenantEvent>, TenantRefusal> {
        let name = name::checked(name).ok_or(TenantRefusal::BadName)?;
        if name == self.name { Ok(vec![]) } else { Ok(vec![TenantEvent::Renamed { name }]) }
    }

    fn require_second_factor(&self, required: bool) -> Vec<TenantEvent> {
        match required == self.requires_second_factor {
            true => vec![],
            false => vec![TenantEvent::SecondFactorRequirementChanged { required }],
        }
    }

    fn add_owner(&self, user: UserId) -> Vec<TenantEvent> {
        if self.owners.contains(&user) { vec![] } else { vec![TenantEvent::OwnerAdded { user }] }
    }

    fn remove_owner(&self, user: UserId) -> Result<Vec<TenantEvent>, TenantRefusal> {
        match self.owners.as_slice() {
            owners if !owners.contains(&user) => Ok(vec![]),
            [_] => Err(TenantRefusal::LastOwner),
            _ => Ok(vec![TenantEvent::OwnerRemoved { user }]),
        }
    }

    fn transfer(&self, from: UserId, to: UserId) -> Result<Vec<TenantEvent>, TenantRefusal> {
        if from == to || !self.owners.contains(&from) {
            return Err(TenantRefusal::NoOwner);
        }
        let mut events = self.add_owner(to);
        events.push(TenantEvent::OwnerRemoved { user: from });
        Ok(events)
    }

    fn change_contact(&self, contact: Personal<String>) -> Result<Vec<TenantEvent>, TenantRefusal> {
        if !contact.get().is_some_and(|address| is_contact(address)) {
            return Err(TenantRefusal::BadContact);
        }
        if self.contact.as_ref() == Some(&contact) {
            return Ok(vec![]);
        }
        Ok(vec![TenantEvent::ContactChanged { contact }])
    }
}

fn is_contact(address: &str) -> bool {
    let has_both_sides =
        address.split_once('@').is_some_and(|(user, host)| !user.is_empty() && !host.is_empty());
    let is_clean = !address.chars().any(|each| each.is_whitespace() || each.is_control());
    has_both_sides && is_clean && address.chars().count() <= CONTACT_LENGTH_MAX
}

impl Aggregate for Tenant {
    const TYPE: &'static str = "tenant";
    type Command = TenantCommand;
    type Event = TenantEvent;
    type Error = TenantRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: TenantCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), TenantRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: TenantEvent) {
        match (event, &mut self.details) {
            (TenantEvent::Created { name, owner }, details) => {
                *details =
                    Some(Details { name, owners: vec![owner], contact: None, requires_second_factor: false });
            }
            (TenantEvent::Renamed { name }, Some(details)) => details.name = name,
            (TenantEvent::SecondFactorRequirementChanged { required }, Some(details)) => {
                details.requires_second_factor = required;
            }
            (TenantEvent::ContactChanged { contact }, Some(details)) => details.contact = Some(contact),
            (TenantEvent::OwnerAdded { user }, Some(details)) => details.owners.push(user),
            (TenantEvent::OwnerRemoved { user }, Some(details)) => {
                details.owners.retain(|each| *each != user)
            }
            (TenantEvent::Closed {}, _) => self.closed = true,
            (TenantEvent::AuditExported { .. }, _) => {}
            // The stream of a tenant begins with its creation; nothing before it can change details.
            (
                TenantEvent::Renamed { .. }
                | TenantEvent::SecondFactorRequirementChanged { .. }
                | TenantEvent::ContactChanged { .. }
                | TenantEvent::OwnerAdded { .. }
                | TenantEvent::OwnerRemoved { .. },
                None,
            ) => {}
        }
    }
}

impl Stored for Tenant {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// What happens to a tenant as a whole belongs to none of its workspaces.
    fn scope(_: &str, _: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        None
    }
}
