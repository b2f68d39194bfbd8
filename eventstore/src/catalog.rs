//! Every event the log may hold: one line per type.
//!
//! A line names the permission needed to read such events (none: whoever may read the audit) and, version by version,
//! one example of its stored JSON. The number of examples is the present version; each version but the last has an
//! upcaster, which turns its fields into those of the next. Stored events are for ever, so neither is removed.
//! `carried` says that webhooks may carry such events out of the house: none does that is not marked.

use std::collections::HashMap;
use std::sync::OnceLock;

use domain::identity::Permission;
use serde_json::Value;

/// Turns the fields of one version of an event into those of the next.
pub type Upcaster = fn(Value) -> Value;

pub struct EventType {
    pub name: &'static str,
    /// The permission needed to read events of this type.
    pub read: Option<Permission>,
    /// Stored JSON of each version, oldest first.
    pub examples: &'static [&'static str],
    /// From each version but the last to the next.
    pub upcasters: &'static [Upcaster],
    /// Whether a webhook of the event's workspace may carry it. Never personal data, and never what became of
    /// deliveries: each would bring about the next.
    pub carried: bool,
}

const READ_TENANT: Option<Permission> = Some(Permission::TenantRead);
const READ_MEMBERS: Option<Permission> = Some(Permission::MembersRead);
const READ_WORKSPACES: Option<Permission> = Some(Permission::WorkspacesRead);
const READ_BASES: Option<Permission> = Some(Permission::BasesRead);
const READ_WEBHOOKS: Option<Permission> = Some(Permission::WebhooksRead);

pub const CATALOG: &[EventType] = &[
    event("tenant.created", READ_TENANT, &[include_str!("../golden/tenant.created.1.json")], &[]),
    event("tenant.renamed", READ_TENANT, &[include_str!("../golden/tenant.renamed.1.json")], &[]),
    event(
        "tenant.second_factor_requirement_changed",
        READ_TENANT,
        &[include_str!("../golden/tenant.second_factor_requirement_changed.1.json")],
        &[],
    ),
    event("tenant.contact_changed", None, &[include_str!("../golden/tenant.contact_changed.1.json")], &[]),
    event("tenant.owner_added", READ_MEMBERS, &[include_str!("../golden/tenant.owner_added.1.json")], &[]),
    event(
        "tenant.owner_removed",
        READ_MEMBERS,
        &[include_str!("../golden/tenant.owner_removed.1.json")],
        &[],
    ),
    event("tenant.audit_exported", None, &[include_str!("../golden/tenant.audit_exported.1.json")], &[]),
    event("tenant.suspended", READ_TENANT, &[include_str!("../golden/tenant.suspended.1.json")], &[]),
    event("tenant.restored", READ_TENANT, &[include_str!("../golden/tenant.restored.1.json")], &[]),
    event("tenant.quota_changed", READ_TENANT, &[include_str!("../golden/tenant.quota_changed.1.json")], &[]),
    event("tenant.closing_begun", READ_TENANT, &[include_str!("../golden/tenant.closing_begun.1.json")], &[]),
    event(
        "tenant.closing_withdrawn",
        READ_TENANT,
        &[include_str!("../golden/tenant.closing_withdrawn.1.json")],
        &[],
    ),
    event("tenant.closed", READ_TENANT, &[include_str!("../golden/tenant.closed.1.json")], &[]),
    event("tenant.exported", None, &[include_str!("../golden/tenant.exported.1.json")], &[]),
    event(
        "tenant.emptied",
        READ_TENANT,
        &[include_str!("../golden/tenant.emptied.1.json"), include_str!("../golden/tenant.emptied.2.json")],
        &[without_sealing_keys],
    ),
    event("workspace.created", READ_WORKSPACES, &[include_str!("../golden/workspace.created.1.json")], &[])
        .carried(),
    event("workspace.renamed", READ_WORKSPACES, &[include_str!("../golden/workspace.renamed.1.json")], &[])
        .carried(),
    event(
        "workspace.described",
        READ_WORKSPACES,
        &[include_str!("../golden/workspace.described.1.json")],
        &[],
    )
    .carried(),
    event("workspace.archived", READ_WORKSPACES, &[include_str!("../golden/workspace.archived.1.json")], &[])
        .carried(),
    event("membership.added", READ_MEMBERS, &[include_str!("../golden/membership.added.1.json")], &[]),
    event(
        "membership.role_changed",
        READ_MEMBERS,
        &[include_str!("../golden/membership.role_changed.1.json")],
        &[],
    ),
    event(
        "membership.workspaces_changed",
        READ_MEMBERS,
        &[include_str!("../golden/membership.workspaces_changed.1.json")],
        &[],
    ),
    event("membership.removed", READ_MEMBERS, &[include_str!("../golden/membership.removed.1.json")], &[]),
    event(
        "membership.requests_refused",
        None,
        &[include_str!("../golden/membership.requests_refused.1.json")],
        &[],
    ),
    // It tells an address.
    event("invitation.sent", None, &[include_str!("../golden/invitation.sent.1.json")], &[]),
    event(
        "invitation.sent_again",
        READ_MEMBERS,
        &[include_str!("../golden/invitation.sent_again.1.json")],
        &[],
    ),
    event("invitation.accepted", READ_MEMBERS, &[include_str!("../golden/invitation.accepted.1.json")], &[]),
    event("invitation.revoked", READ_MEMBERS, &[include_str!("../golden/invitation.revoked.1.json")], &[]),
    event("user.registered", None, &[include_str!("../golden/user.registered.1.json")], &[]),
    event("user.profile_changed", None, &[include_str!("../golden/user.profile_changed.1.json")], &[]),
    event("user.tenant_joined", None, &[include_str!("../golden/user.tenant_joined.1.json")], &[]),
    event("user.tenant_left", None, &[include_str!("../golden/user.tenant_left.1.json")], &[]),
    event(
        "user.email_proof_requested",
        None,
        &[include_str!("../golden/user.email_proof_requested.1.json")],
        &[],
    ),
    event("user.email_verified", None, &[include_str!("../golden/user.email_verified.1.json")], &[]),
    event("user.discarded", None, &[include_str!("../golden/user.discarded.1.json")], &[]),
    event("user.sign_ins_failed", None, &[include_str!("../golden/user.sign_ins_failed.1.json")], &[]),
    event("user.erased", None, &[include_str!("../golden/user.erased.1.json")], &[]),
    event("user.password_changed", None, &[include_str!("../golden/user.password_changed.1.json")], &[]),
    event(
        "user.password_reset_requested",
        None,
        &[include_str!("../golden/user.password_reset_requested.1.json")],
        &[],
    ),
    event("user.password_reset", None, &[include_str!("../golden/user.password_reset.1.json")], &[]),
    event(
        "user.email_change_requested",
        None,
        &[include_str!("../golden/user.email_change_requested.1.json")],
        &[],
    ),
    event("user.email_changed", None, &[include_str!("../golden/user.email_changed.1.json")], &[]),
    event("user.email_reverted", None, &[include_str!("../golden/user.email_reverted.1.json")], &[]),
    event(
        "user.second_factor_added",
        None,
        &[include_str!("../golden/user.second_factor_added.1.json")],
        &[],
    ),
    event(
        "user.second_factor_removed",
        None,
        &[include_str!("../golden/user.second_factor_removed.1.json")],
        &[],
    ),
    event(
        "user.recovery_codes_renewed",
        None,
        &[include_str!("../golden/user.recovery_codes_renewed.1.json")],
        &[],
    ),
    event("user.recovery_code_used", None, &[include_str!("../golden/user.recovery_code_used.1.json")], &[]),
    event("user.suspended", None, &[include_str!("../golden/user.suspended.1.json")], &[]),
    event("user.restored", None, &[include_str!("../golden/user.restored.1.json")], &[]),
    event("user.exported", None, &[include_str!("../golden/user.exported.1.json")], &[]),
    event("user.deleted", None, &[include_str!("../golden/user.deleted.1.json")], &[]),
    event("administrators.begun", None, &[include_str!("../golden/administrators.begun.1.json")], &[]),
    event("administrators.named", None, &[include_str!("../golden/administrators.named.1.json")], &[]),
    event("administrators.removed", None, &[include_str!("../golden/administrators.removed.1.json")], &[]),
    event("session.started", None, &[include_str!("../golden/session.started.1.json")], &[]),
    event("session.tenant_changed", None, &[include_str!("../golden/session.tenant_changed.1.json")], &[]),
    event("session.ended", None, &[include_str!("../golden/session.ended.1.json")], &[]),
    event("session.revoked", None, &[include_str!("../golden/session.revoked.1.json")], &[]),
    event("webhook.added", READ_WEBHOOKS, &[include_str!("../golden/webhook.added.1.json")], &[]),
    event("webhook.url_changed", READ_WEBHOOKS, &[include_str!("../golden/webhook.url_changed.1.json")], &[]),
    event("webhook.described", READ_WEBHOOKS, &[include_str!("../golden/webhook.described.1.json")], &[]),
    event(
        "webhook.event_types_chosen",
        READ_WEBHOOKS,
        &[include_str!("../golden/webhook.event_types_chosen.1.json")],
        &[],
    ),
    event("webhook.enabled", READ_WEBHOOKS, &[include_str!("../golden/webhook.enabled.1.json")], &[]),
    event("webhook.disabled", READ_WEBHOOKS, &[include_str!("../golden/webhook.disabled.1.json")], &[]),
    event(
        "webhook.secret_rotated",
        READ_WEBHOOKS,
        &[include_str!("../golden/webhook.secret_rotated.1.json")],
        &[],
    ),
    event("webhook.removed", READ_WEBHOOKS, &[include_str!("../golden/webhook.removed.1.json")], &[]),
    event(
        "webhook.test_requested",
        READ_WEBHOOKS,
        &[include_str!("../golden/webhook.test_requested.1.json")],
        &[],
    ),
    event(
        "webhook.redelivery_requested",
        READ_WEBHOOKS,
        &[include_str!("../golden/webhook.redelivery_requested.1.json")],
        &[],
    ),
    event("webhook.delivered", READ_WEBHOOKS, &[include_str!("../golden/webhook.delivered.1.json")], &[]),
    event(
        "webhook.delivery_failed",
        READ_WEBHOOKS,
        &[include_str!("../golden/webhook.delivery_failed.1.json")],
        &[],
    ),
    event(
        "api_key.created",
        None,
        &[include_str!("../golden/api_key.created.1.json"), include_str!("../golden/api_key.created.2.json")],
        &[without_bases],
    ),
    event("api_key.renamed", None, &[include_str!("../golden/api_key.renamed.1.json")], &[]),
    event("api_key.rotated", None, &[include_str!("../golden/api_key.rotated.1.json")], &[]),
    event("api_key.revoked", None, &[include_str!("../golden/api_key.revoked.1.json")], &[]),
    event(
        "service_account.created",
        READ_MEMBERS,
        &[include_str!("../golden/service_account.created.1.json")],
        &[],
    ),
    event(
        "service_account.renamed",
        READ_MEMBERS,
        &[include_str!("../golden/service_account.renamed.1.json")],
        &[],
    ),
    event(
        "service_account.removed",
        READ_MEMBERS,
        &[include_str!("../golden/service_account.removed.1.json")],
        &[],
    ),
    event("operation.begun", None, &[include_str!("../golden/operation.begun.1.json")], &[]),
    event("operation.ended", None, &[include_str!("../golden/operation.ended.1.json")], &[]),
    event("base.created", READ_BASES, &[include_str!("../golden/base.created.1.json")], &[]),
    event("base.schema_changed", READ_BASES, &[include_str!("../golden/base.schema_changed.1.json")], &[]),
    event("base.renamed", READ_BASES, &[include_str!("../golden/base.renamed.1.json")], &[]),
    event("base.deleted", READ_BASES, &[include_str!("../golden/base.deleted.1.json")], &[]),
    event("record.created", READ_BASES, &[include_str!("../golden/record.created.1.json")], &[]),
    event("record.restored", READ_BASES, &[include_str!("../golden/record.restored.1.json")], &[]),
    event("record.changed", READ_BASES, &[include_str!("../golden/record.changed.1.json")], &[]),
    event("record.deleted", READ_BASES, &[include_str!("../golden/record.deleted.1.json")], &[]),
    event("record.alias_added", READ_BASES, &[include_str!("../golden/record.alias_added.1.json")], &[]),
    event("comment.written", READ_BASES, &[include_str!("../golden/comment.written.1.json")], &[]),
    event("comment.edited", READ_BASES, &[include_str!("../golden/comment.edited.1.json")], &[]),
    event("comment.deleted", READ_BASES, &[include_str!("../golden/comment.deleted.1.json")], &[]),
    event("connection.made", None, &[include_str!("../golden/connection.made.1.json")], &[]),
    event("connection.revoked", None, &[include_str!("../golden/connection.revoked.1.json")], &[]),
    event("base_sync.begun", READ_BASES, &[include_str!("../golden/base_sync.begun.1.json")], &[]),
    event("base_sync.hook_made", READ_BASES, &[include_str!("../golden/base_sync.hook_made.1.json")], &[]),
    event(
        "base_sync.hook_refreshed",
        READ_BASES,
        &[include_str!("../golden/base_sync.hook_refreshed.1.json")],
        &[],
    ),
    event("base_sync.hook_lost", READ_BASES, &[include_str!("../golden/base_sync.hook_lost.1.json")], &[]),
    event(
        "base_sync.sweep_begun",
        READ_BASES,
        &[include_str!("../golden/base_sync.sweep_begun.1.json")],
        &[],
    ),
    event("base_sync.page_swept", READ_BASES, &[include_str!("../golden/base_sync.page_swept.1.json")], &[]),
    event(
        "base_sync.table_restarted",
        READ_BASES,
        &[include_str!("../golden/base_sync.table_restarted.1.json")],
        &[],
    ),
    event(
        "base_sync.sweep_ended",
        READ_BASES,
        &[include_str!("../golden/base_sync.sweep_ended.1.json")],
        &[],
    ),
    event("base_sync.drained", READ_BASES, &[include_str!("../golden/base_sync.drained.1.json")], &[]),
    event(
        "base_sync.record_left_out",
        READ_BASES,
        &[include_str!("../golden/base_sync.record_left_out.1.json")],
        &[],
    ),
    event(
        "base_sync.record_settled",
        READ_BASES,
        &[include_str!("../golden/base_sync.record_settled.1.json")],
        &[],
    ),
    event("base_sync.pinged", READ_BASES, &[include_str!("../golden/base_sync.pinged.1.json")], &[]),
    event(
        "base_sync.resync_asked",
        READ_BASES,
        &[include_str!("../golden/base_sync.resync_asked.1.json")],
        &[],
    ),
    event("base_sync.paused", READ_BASES, &[include_str!("../golden/base_sync.paused.1.json")], &[]),
    event("base_sync.resumed", READ_BASES, &[include_str!("../golden/base_sync.resumed.1.json")], &[]),
    event("base_sync.troubled", READ_BASES, &[include_str!("../golden/base_sync.troubled.1.json")], &[]),
    event("base_sync.recovered", READ_BASES, &[include_str!("../golden/base_sync.recovered.1.json")], &[]),
    event("base_sync.failed", READ_BASES, &[include_str!("../golden/base_sync.failed.1.json")], &[]),
    event("base_sync.carried_on", READ_BASES, &[include_str!("../golden/base_sync.carried_on.1.json")], &[]),
    event("base_sync.ended", READ_BASES, &[include_str!("../golden/base_sync.ended.1.json")], &[]),
];

/// `api_key.created` from version 1 to 2: none was limited to bases then.
fn without_bases(mut fields: Value) -> Value {
    fields["bases"] = Value::Null;
    fields
}

/// `tenant.emptied` from version 1 to 2: none was destroyed then.
fn without_sealing_keys(mut fields: Value) -> Value {
    fields["ended"]["sealing_keys"] = 0.into();
    fields
}

const fn event(
    name: &'static str,
    read: Option<Permission>,
    examples: &'static [&'static str],
    upcasters: &'static [Upcaster],
) -> EventType {
    EventType { name, read, examples, upcasters, carried: false }
}

impl EventType {
    const fn carried(self) -> Self {
        Self { carried: true, ..self }
    }

    pub fn version(&self) -> i16 {
        self.examples.len() as i16
    }

    /// The upcasters that bring an event of that version to the present one; nothing for a version that never was.
    pub fn upcasters_from(&self, version: i16) -> Option<&'static [Upcaster]> {
        let done = usize::try_from(version).ok()?.checked_sub(1)?;
        self.upcasters.get(done..)
    }
}

pub fn find(name: &str) -> Option<&'static EventType> {
    static BY_NAME: OnceLock<HashMap<&str, &EventType>> = OnceLock::new();
    BY_NAME.get_or_init(|| CATALOG.iter().map(|each| (each.name, each)).collect()).get(name).copied()
}

#[cfg(test)]
mod tests;
