//! What a tenant's commands lead to.

use jiff::Timestamp;

use super::{
    CONTACT_LENGTH_MAX, Details, Ended, Standing, Tenant, TenantCommand, TenantEvent, TenantRefusal,
};
use crate::identity::quota::LIMIT_MAX;
use crate::identity::{Quota, UserId, name, reason};
use crate::personal::Personal;

type Decided = Result<Vec<TenantEvent>, TenantRefusal>;

impl Tenant {
    /// Decides what a command leads to. A command already carried out leads to nothing, so callers may safely
    /// repeat it; a wrong one is refused, never taken for done.
    pub fn decide(&self, command: TenantCommand) -> Decided {
        use {TenantCommand as Command, TenantRefusal as Refusal};
        match (&self.details, command) {
            (None, Command::Create { name, owner }) => create(&name, owner),
            (Some(details), Command::Create { name, owner }) => details.create_again(&name, &owner),
            (None, _) => Err(Refusal::UnknownTenant),
            (Some(_), Command::Close) if self.closed => Ok(vec![]),
            (Some(_), Command::Close) => Ok(vec![TenantEvent::Closed {}]),
            (Some(_), Command::RecordEmptied { ended }) => self.record_emptied(ended),
            (Some(_), _) if self.closed => Err(Refusal::TenantClosed),
            (Some(details), Command::Suspend { reason }) => details.suspend(&reason),
            (Some(details), Command::Restore { reason }) => details.restore(&reason),
            (Some(details), Command::ChangeQuota { quota, limit, reason }) => {
                details.change_quota(quota, limit, &reason)
            }
            // Whoever leaves altogether is not kept.
            (Some(details), Command::RemoveOwner { owner }) => details.remove_owner(owner),
            (Some(details), Command::WithdrawClosing) if !details.suspended => Ok(details.withdraw_closing()),
            (Some(details), Command::BeginClosing { name, ends_at }) if !details.suspended => {
                details.begin_closing(&name, ends_at)
            }
            (Some(details), Command::RecordExport) if !details.suspended => {
                Ok(vec![TenantEvent::Exported {}])
            }
            // What was done can be told of in a tenant that is being closed, too.
            (Some(details), Command::ExportAudit { after, up_to }) if !details.suspended => {
                Ok(vec![TenantEvent::AuditExported { after, up_to }])
            }
            (Some(details), command) => {
                self.standing().check()?;
                details.change(command)
            }
        }
    }

    fn record_emptied(&self, ended: Ended) -> Decided {
        match (self.closed, self.emptied) {
            (false, _) => Err(TenantRefusal::TenantOpen),
            (true, true) => Ok(vec![]),
            (true, false) => Ok(vec![TenantEvent::Emptied { ended }]),
        }
    }
}

impl Standing {
    /// Whether anything may change.
    fn check(self) -> Result<(), TenantRefusal> {
        match self {
            Standing::Open => Ok(()),
            Standing::Closing(_) => Err(TenantRefusal::TenantClosing),
            Standing::Suspended => Err(TenantRefusal::TenantSuspended),
            Standing::Closed => Err(TenantRefusal::TenantClosed),
        }
    }
}

fn create(name: &str, owner: UserId) -> Decided {
    let name = name::checked(name).ok_or(TenantRefusal::BadName)?;
    Ok(vec![TenantEvent::Created { name, owner }])
}

impl Details {
    /// What may be asked of a tenant that is open.
    fn change(&self, command: TenantCommand) -> Decided {
        use TenantCommand as Command;
        match command {
            Command::Change { name, require_second_factor } => {
                let renamed = name.map(|name| self.rename(&name)).transpose()?;
                let required = require_second_factor.map(|required| self.require_second_factor(required));
                Ok(renamed.into_iter().chain(required).flatten().collect())
            }
            Command::AddOwner { owner } => Ok(self.add_owner(owner)),
            Command::Transfer { from, to } => self.transfer(from, to),
            Command::ChangeContact { contact } => self.change_contact(contact),
            // Those that are left were decided before, unless the tenant is suspended.
            _ => Err(TenantRefusal::TenantSuspended),
        }
    }

    fn suspend(&self, reason: &str) -> Decided {
        let reason = reason::checked(reason).ok_or(TenantRefusal::BadReason)?;
        Ok(if self.suspended { vec![] } else { vec![TenantEvent::Suspended { reason }] })
    }

    fn restore(&self, reason: &str) -> Decided {
        let reason = reason::checked(reason).ok_or(TenantRefusal::BadReason)?;
        Ok(if self.suspended { vec![TenantEvent::Restored { reason }] } else { vec![] })
    }

    /// A limit below what is used takes nothing away; it lets nothing more in.
    fn change_quota(&self, quota: Quota, limit: Option<u64>, reason: &str) -> Decided {
        let reason = reason::checked(reason).ok_or(TenantRefusal::BadReason)?;
        match limit {
            Some(limit) if limit > LIMIT_MAX => Err(TenantRefusal::BadLimit),
            limit if limit == self.quotas.get(&quota).copied() => Ok(vec![]),
            limit => Ok(vec![TenantEvent::QuotaChanged { quota, limit, reason }]),
        }
    }

    /// Asked again while it is under way, it ends no later.
    fn begin_closing(&self, name: &str, ends_at: Timestamp) -> Decided {
        match (name == self.name, self.closes_at) {
            (false, _) => Err(TenantRefusal::NameDiffers),
            (true, Some(_)) => Ok(vec![]),
            (true, None) => Ok(vec![TenantEvent::ClosingBegun { ends_at }]),
        }
    }

    fn withdraw_closing(&self) -> Vec<TenantEvent> {
        self.closes_at.map(|_| TenantEvent::ClosingWithdrawn {}).into_iter().collect()
    }

    fn create_again(&self, name: &str, owner: &UserId) -> Decided {
        let same = self.name == name.trim() && self.owners.first() == Some(owner);
        if same { Ok(vec![]) } else { Err(TenantRefusal::TenantExists) }
    }

    fn rename(&self, name: &str) -> Decided {
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

    fn remove_owner(&self, user: UserId) -> Decided {
        match self.owners.as_slice() {
            owners if !owners.contains(&user) => Ok(vec![]),
            [_] => Err(TenantRefusal::LastOwner),
            _ => Ok(vec![TenantEvent::OwnerRemoved { user }]),
        }
    }

    fn transfer(&self, from: UserId, to: UserId) -> Decided {
        if from == to || !self.owners.contains(&from) {
            return Err(TenantRefusal::NoOwner);
        }
        let mut events = self.add_owner(to);
        events.push(TenantEvent::OwnerRemoved { user: from });
        Ok(events)
    }

    fn change_contact(&self, contact: Personal<String>) -> Decided {
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
