//! The places for open invitations that a tenant has, and the address that each is for. Both are names that one
//! invitation takes: so many and no more, and one for each address, whoever invites at the same time.

use domain::identity::invitation::{Details, OPEN_MAX};
use domain::identity::{InvitationId, TenantId};
use eventstore::execute::{Executor, Plan};

use crate::Api;
use crate::http::Problem;
use crate::identity::reserved::{INVITATION_SLOT, INVITED_EMAIL, free_place};

fn slot_key(tenant: &TenantId, slot: u8) -> String {
    format!("{tenant}.{slot}")
}

/// What the keys of all places of a tenant begin with.
pub fn slots_of(tenant: &TenantId) -> String {
    format!("{tenant}.")
}

/// An address that is invited to a tenant.
pub fn email_key(executor: &Executor, tenant: &TenantId, email: &str) -> String {
    format!("{tenant}.{}", executor.look_up_key(email))
}

pub fn take(
    plan: Plan,
    executor: &Executor,
    tenant: &TenantId,
    id: &InvitationId,
    details: (&str, u8),
) -> Plan {
    let (email, slot) = details;
    plan.take(INVITATION_SLOT, slot_key(tenant, slot), id.as_str()).take(
        INVITED_EMAIL,
        email_key(executor, tenant, email),
        id.as_str(),
    )
}

pub fn release(
    plan: Plan,
    executor: &Executor,
    tenant: &TenantId,
    id: &InvitationId,
    details: &Details,
) -> Plan {
    let plan = plan.release(INVITATION_SLOT, slot_key(tenant, details.slot), id.as_str());
    match details.email.get() {
        Some(email) => plan.release(INVITED_EMAIL, email_key(executor, tenant, email), id.as_str()),
        // What was erased cannot be said again.
        None => plan,
    }
}

impl Api {
    /// A place that nobody has at this moment. Where all are taken it is one beyond them, which the invitation refuses
    /// unless this is the retry of what took the last.
    pub(super) async fn free_invitation_slot(
        &self,
        tenant: &TenantId,
        id: &InvitationId,
    ) -> Result<u8, Problem> {
        let keys: Vec<String> = (0..OPEN_MAX).map(|slot| slot_key(tenant, slot)).collect();
        let taken = self.identity.kept.taken(INVITATION_SLOT, &keys).await?;
        let free: Vec<u8> =
            (0..OPEN_MAX).zip(&keys).filter(|(_, key)| !taken.contains(key)).map(|(slot, _)| slot).collect();
        Ok(free_place(&free, id.as_str()).unwrap_or(OPEN_MAX))
    }

    /// The open invitations of a tenant.
    pub(in crate::identity) async fn open_invitations(
        &self,
        tenant: &TenantId,
    ) -> Result<Vec<String>, Problem> {
        let (beginning, limit) = (slots_of(tenant), i64::from(OPEN_MAX));
        Ok(self.identity.kept.owners_below(INVITATION_SLOT, &beginning, limit).await?)
    }
}
