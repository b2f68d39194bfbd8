//! The places for webhooks that a workspace has. Each is a name that one webhook takes: so many, and no more, whoever
//! adds at the same time.

use domain::identity::webhook::PER_WORKSPACE_MAX;
use domain::identity::{TenantId, WebhookId, WorkspaceId};

use crate::Api;
use crate::http::Problem;
use crate::identity::reserved::{WEBHOOK_SLOT, free_place};

pub fn key(tenant: &TenantId, workspace: &WorkspaceId, slot: u8) -> String {
    format!("{tenant}.{workspace}.{slot}")
}

/// What the keys of all places of a tenant begin with.
pub fn of_tenant(tenant: &TenantId) -> String {
    format!("{tenant}.")
}

impl Api {
    /// A place that nobody has at this moment. Where all are taken it is one beyond them, which the webhook refuses
    /// unless this is the retry of what took the last.
    pub(super) async fn free_slot(
        &self,
        tenant: &TenantId,
        workspace: &WorkspaceId,
        webhook: &WebhookId,
    ) -> Result<u8, Problem> {
        let keys: Vec<String> = (0..PER_WORKSPACE_MAX).map(|slot| key(tenant, workspace, slot)).collect();
        let taken = self.identity.kept.taken(WEBHOOK_SLOT, &keys).await?;
        let places = (0..PER_WORKSPACE_MAX).zip(&keys);
        let free: Vec<u8> = places.filter(|(_, key)| !taken.contains(key)).map(|(slot, _)| slot).collect();
        Ok(free_place(&free, webhook.as_str()).unwrap_or(PER_WORKSPACE_MAX))
    }
}
