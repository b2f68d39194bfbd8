//! What is in a tenant that ends: keys, invitations, webhooks, connections, bases, workspaces.

use domain::bases::base::BaseCommand;
use domain::bases::base_sync::BaseSyncCommand;
use domain::bases::connection::ConnectionCommand;
use domain::bases::{Base, BaseKey, BaseSync, Connection, ConnectionId};
use domain::identity::api_key::{ApiKeyCommand, RevokeReason};
use domain::identity::invitation::InvitationCommand;
use domain::identity::webhook::WebhookCommand;
use domain::identity::workspace::WorkspaceCommand;
use domain::identity::{
    ApiKey, Invitation, InvitationId, TenantId, Webhook, WebhookId, Workspace, WorkspaceId,
};
use eventstore::execute::Plan;
use eventstore::webhook_secrets::Owner;
use projections::Visible;
use projections::identity::workspaces;

use super::super::AT_ONCE;
use super::{PAGE, SweepFault, TenantEndsOptions, execute, stream, tell};
use crate::bases::{airtable_ids, connections};
use crate::identity::invitations::slots as invitation_slots;
use crate::identity::reserved::{AIRTABLE_BASE, AIRTABLE_CONNECTION, INVITATION_SLOT, WEBHOOK_SLOT};
use crate::identity::webhooks::slots as webhook_slots;

/// The rows first.
pub async fn end_keys(sweeping: &TenantEndsOptions, tenant: &TenantId) -> Result<(), SweepFault> {
    let because = RevokeReason::TenantClosed;
    for key in sweeping.kept.revoke_keys_in(tenant, because).await? {
        tell::<ApiKey>(sweeping, tenant, key.as_str(), ApiKeyCommand::Revoke { because }).await?;
        sweeping.kept.key_ends_are_recorded(std::slice::from_ref(&key)).await?;
    }
    Ok(())
}

pub async fn end_invitations(sweeping: &TenantEndsOptions, tenant: &TenantId) -> Result<(), SweepFault> {
    let beginning = invitation_slots::slots_of(tenant);
    for owner in sweeping.kept.owners_below(INVITATION_SLOT, &beginning, AT_ONCE).await? {
        let id = InvitationId::new(owner)?;
        let found = sweeping.executor.state::<Invitation>(tenant, stream(id.as_str())?).await?;
        let Some(details) = found.state.open() else { continue };
        let plan = Plan::new().decide::<Invitation>(tenant, stream(id.as_str())?, InvitationCommand::Revoke);
        let plan = invitation_slots::release(plan, &sweeping.executor, tenant, &id, details);
        execute(sweeping, tenant, plan).await?;
    }
    Ok(())
}

/// Found by the places that they hold.
pub async fn end_webhooks(sweeping: &TenantEndsOptions, tenant: &TenantId) -> Result<(), SweepFault> {
    let beginning = webhook_slots::of_tenant(tenant);
    loop {
        let owners = sweeping.kept.owners_below(WEBHOOK_SLOT, &beginning, AT_ONCE).await?;
        for owner in &owners {
            end_webhook(sweeping, tenant, &WebhookId::new(owner.as_str())?).await?;
        }
        if owners.is_empty() {
            return Ok(());
        }
    }
}

/// The event first: what a secret signs is sent no more once it is written, and the secret is swept if it is left.
async fn end_webhook(
    sweeping: &TenantEndsOptions,
    tenant: &TenantId,
    id: &WebhookId,
) -> Result<(), SweepFault> {
    let found = sweeping.executor.state::<Webhook>(tenant, stream(id.as_str())?).await?;
    if let Some(endpoint) = found.state.endpoint() {
        let remove = WebhookCommand::Remove { expected: None };
        let slot = webhook_slots::key(tenant, &endpoint.workspace, endpoint.slot);
        let plan = Plan::new().decide::<Webhook>(tenant, stream(id.as_str())?, remove).release(
            WEBHOOK_SLOT,
            slot,
            id.as_str(),
        );
        sweeping.executor.execute(&request(tenant, &endpoint.workspace), plan).await?;
    }
    sweeping.secrets.drop_all_of(Owner { tenant, webhook: id }).await?;
    Ok(())
}

/// Found by the places that they hold. Their tokens go first: nobody speaks to Airtable for a tenant that ends.
pub async fn end_connections(sweeping: &TenantEndsOptions, tenant: &TenantId) -> Result<(), SweepFault> {
    sweeping.airtable_secrets.drop_all_of_tenant(tenant).await?;
    sweeping.airtable_contacts.drop_all_of_tenant(tenant).await?;
    let beginning = connections::places::of_tenant(tenant);
    loop {
        let owners = sweeping.kept.owners_below(AIRTABLE_CONNECTION, &beginning, AT_ONCE).await?;
        for owner in &owners {
            end_connection(sweeping, tenant, &ConnectionId::new(owner.as_str())?).await?;
        }
        if owners.is_empty() {
            return Ok(());
        }
    }
}

async fn end_connection(
    sweeping: &TenantEndsOptions,
    tenant: &TenantId,
    id: &ConnectionId,
) -> Result<(), SweepFault> {
    let found = sweeping.executor.state::<Connection>(tenant, stream(id.as_str())?).await?;
    let Some(access) = found.state.access() else { return Ok(()) };
    let revoke = ConnectionCommand::Revoke;
    let plan = Plan::new().decide::<Connection>(tenant, stream(id.as_str())?, revoke).release(
        AIRTABLE_CONNECTION,
        connections::places::key(tenant, &access.owner, id),
        id.as_str(),
    );
    execute(sweeping, tenant, plan).await
}

/// Found by the ids that they hold.
pub async fn end_bases(sweeping: &TenantEndsOptions, tenant: &TenantId) -> Result<(), SweepFault> {
    let beginning = airtable_ids::of_tenant(tenant);
    loop {
        let owners = sweeping.kept.owners_below(AIRTABLE_BASE, &beginning, AT_ONCE).await?;
        for owner in &owners {
            end_base(sweeping, tenant, &BaseKey::new(owner.as_str())?).await?;
        }
        if owners.is_empty() {
            return Ok(());
        }
    }
}

async fn end_base(sweeping: &TenantEndsOptions, tenant: &TenantId, id: &BaseKey) -> Result<(), SweepFault> {
    let found = sweeping.executor.state::<Base>(tenant, stream(id.as_str())?).await?;
    let Some(schema) = found.state.schema() else { return Ok(()) };
    let first = sweeping.reader.event_at(&airtable_ids::stream(tenant, stream(id.as_str())?), 1).await?;
    let plan = Plan::new().decide::<Base>(tenant, stream(id.as_str())?, BaseCommand::Delete).release(
        AIRTABLE_BASE,
        airtable_ids::key(tenant, schema.id),
        id.as_str(),
    );
    let plan = match found.state.is_mirrored() {
        true => plan.decide::<BaseSync>(tenant, stream(id.as_str())?, BaseSyncCommand::End),
        false => plan,
    };
    let request = eventstore::execute::Request::new(tenant.clone(), super::ACTOR);
    let scope = first.and_then(|event| event.scope);
    sweeping.executor.execute(&eventstore::execute::Request { scope, ..request }, plan).await?;
    Ok(())
}

pub async fn end_workspaces(sweeping: &TenantEndsOptions, tenant: &TenantId) -> Result<(), SweepFault> {
    let mut after: Option<WorkspaceId> = None;
    loop {
        let mut queries = sweeping.queries.begin(tenant).await?;
        let rows = workspaces::list(&mut queries, &Visible::All, after.as_ref(), PAGE).await?;
        drop(queries);
        for row in &rows {
            tell::<Workspace>(sweeping, tenant, row.id.as_str(), WorkspaceCommand::Archive).await?;
        }
        match rows.last() {
            Some(last) => after = Some(last.id.clone()),
            None => return Ok(()),
        }
    }
}

fn request(tenant: &TenantId, workspace: &WorkspaceId) -> eventstore::execute::Request {
    eventstore::execute::Request::new(tenant.clone(), super::ACTOR).in_workspace(workspace.clone())
}
