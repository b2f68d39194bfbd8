//! A tenant: one customer, whose data nobody else sees.

mod commands;
mod decide;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use commands::TenantCommand;
pub use events::TenantEvent;
pub use refusal::TenantRefusal;

use std::collections::BTreeMap;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::quota::Counted;
use super::{Quota, UserId, WorkspaceId};
use crate::personal::Personal;
use crate::stored::Stored;

/// Longest contact address, in characters.
pub const CONTACT_LENGTH_MAX: usize = 254;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Tenant {
    details: Option<Details>,
    closed: bool,
    emptied: bool,
}

/// How far a tenant is open.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Open,
    /// It can be read, and will be closed at that time.
    Closing(Timestamp),
    /// The platform keeps everybody out.
    Suspended,
    Closed,
}

impl Standing {
    pub fn as_str(self) -> &'static str {
        match self {
            Standing::Open => "open",
            Standing::Closing(_) => "closing",
            Standing::Suspended => "suspended",
            Standing::Closed => "closed",
        }
    }
}

/// How much ended with a tenant.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ended {
    pub members: u64,
    pub service_accounts: u64,
    pub api_keys: u64,
    pub invitations: u64,
    pub webhooks: u64,
    pub workspaces: u64,
    /// Destroyed: those that personal data was sealed under which was known in it alone.
    pub sealing_keys: u64,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
struct Details {
    name: String,
    /// Who owns it, in the order of becoming so; never nobody.
    owners: Vec<UserId>,
    contact: Option<Personal<String>>,
    requires_second_factor: bool,
    suspended: bool,
    /// Those that are set.
    quotas: BTreeMap<Quota, u64>,
    /// When it is closed, unless that is taken back.
    closes_at: Option<Timestamp>,
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

    pub fn contact(&self) -> Option<&Personal<String>> {
        self.details.as_ref()?.contact.as_ref()
    }

    /// Whether its members have to show a code besides their password.
    pub fn requires_second_factor(&self) -> bool {
        self.details.as_ref().is_some_and(|details| details.requires_second_factor)
    }

    /// How much it may have of something; nothing where there is no limit.
    pub fn limit(&self, quota: Quota) -> Option<u64> {
        self.details.as_ref()?.quotas.get(&quota).copied()
    }

    /// How far it is open at this moment.
    pub fn standing(&self) -> Standing {
        match &self.details {
            _ if self.closed => Standing::Closed,
            Some(details) if details.suspended => Standing::Suspended,
            Some(Details { closes_at: Some(at), .. }) => Standing::Closing(*at),
            _ => Standing::Open,
        }
    }

    /// Whether everything in it has ended.
    pub fn is_emptied(&self) -> bool {
        self.emptied
    }
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
                let owners = vec![owner];
                *details = Some(Details {
                    name,
                    owners,
                    contact: None,
                    requires_second_factor: false,
                    suspended: false,
                    quotas: BTreeMap::new(),
                    closes_at: None,
                });
            }
            (TenantEvent::Renamed { name }, Some(details)) => details.name = name,
            (TenantEvent::ContactChanged { contact }, Some(details)) => details.contact = Some(contact),
            (TenantEvent::OwnerAdded { user }, Some(details)) => details.owners.push(user),
            (TenantEvent::OwnerRemoved { user }, Some(details)) => {
                details.owners.retain(|each| *each != user)
            }
            (TenantEvent::SecondFactorRequirementChanged { required }, Some(details)) => {
                details.requires_second_factor = required;
            }
            (TenantEvent::Suspended { .. }, Some(details)) => details.suspended = true,
            (TenantEvent::Restored { .. }, Some(details)) => details.suspended = false,
            (TenantEvent::QuotaChanged { quota, limit: Some(limit), .. }, Some(details)) => {
                details.quotas.insert(quota, limit);
            }
            (TenantEvent::QuotaChanged { quota, limit: None, .. }, Some(details)) => {
                details.quotas.remove(&quota);
            }
            (TenantEvent::ClosingBegun { ends_at }, Some(details)) => details.closes_at = Some(ends_at),
            (TenantEvent::ClosingWithdrawn {}, Some(details)) => details.closes_at = None,
            (TenantEvent::Closed {}, _) => self.closed = true,
            (TenantEvent::Emptied { .. }, _) => self.emptied = true,
            (TenantEvent::Exported {} | TenantEvent::AuditExported { .. }, _) => {}
            // The stream of a tenant begins with its creation; nothing before it can change details.
            (
                TenantEvent::Renamed { .. }
                | TenantEvent::ContactChanged { .. }
                | TenantEvent::OwnerAdded { .. }
                | TenantEvent::OwnerRemoved { .. }
                | TenantEvent::SecondFactorRequirementChanged { .. }
                | TenantEvent::Suspended { .. }
                | TenantEvent::Restored { .. }
                | TenantEvent::QuotaChanged { .. }
                | TenantEvent::ClosingBegun { .. }
                | TenantEvent::ClosingWithdrawn {},
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

    fn counts(event: &TenantEvent) -> Option<Counted> {
        match event {
            TenantEvent::QuotaChanged { quota, limit, .. } if quota.is_exact() => {
                Some(Counted::Limits(*quota, *limit))
            }
            _ => None,
        }
    }
}
