//! Webhooks: Airtable keeps what happened to a base, says that there is something, and hands it out by cursor.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::Fault;
use crate::bases::ids::{BaseId, FieldId, WebhookId};
use crate::secret::Secret;

/// Payloads of a page.
pub const PAYLOADS_MAX: usize = 50;

#[async_trait]
pub trait Webhooks: Send + Sync {
    /// The secret is told only here. The first cursor is 1.
    async fn create_hook(
        &self,
        base: BaseId,
        notification_url: Option<&str>,
        specification: &Specification,
    ) -> Result<HookMade, Fault>;

    async fn hooks(&self, base: BaseId) -> Result<Vec<HookFound>, Fault>;

    async fn delete_hook(&self, base: BaseId, hook: WebhookId) -> Result<(), Fault>;

    async fn enable_notifications(&self, base: BaseId, hook: WebhookId, enable: bool) -> Result<(), Fault>;

    /// Seven more days; says until when, where it is said.
    async fn refresh_hook(&self, base: BaseId, hook: WebhookId) -> Result<Option<Timestamp>, Fault>;

    /// What happened from a cursor on, at most `PAYLOADS_MAX` of it. Asking is seven more days as well.
    async fn payloads(&self, base: BaseId, hook: WebhookId, cursor: u64) -> Result<PayloadPage, Fault>;
}

/// Knows the notifications that Airtable sends from those of others.
pub trait PingCheck: Send + Sync {
    /// Whether somebody who knows the hook's secret said exactly these bytes. `mac` is the header `X-Airtable-Content-MAC`.
    fn is_genuine(&self, mac_secret: &Secret<String>, body: &[u8], mac: &str) -> bool;
}

/// What is told, in Airtable's words. Fields only, no names.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Specification {
    pub filters: Watched,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub includes: Option<Includes>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Watched {
    /// `tableData`, `tableFields`, `tableMetadata`; at least one.
    pub data_types: Vec<String>,
    /// The id of a table or a view.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record_change_scope: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub change_types: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub from_sources: Vec<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watch_data_in_field_ids: Vec<FieldId>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub watch_schemas_of_field_ids: Vec<FieldId>,
}

#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Includes {
    /// `"all"` or a list of field ids.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_cell_values_in_field_ids: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_previous_cell_values: Option<bool>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_previous_field_definitions: Option<bool>,
}

#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookMade {
    pub id: WebhookId,
    #[serde(rename = "macSecretBase64")]
    pub mac_secret: Secret<String>,
    pub expiration_time: Option<Timestamp>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookFound {
    pub id: WebhookId,
    pub are_notifications_enabled: bool,
    pub is_hook_enabled: bool,
    pub cursor_for_next_payload: u64,
    pub notification_url: Option<String>,
    pub expiration_time: Option<Timestamp>,
    pub last_successful_notification_time: Option<Timestamp>,
    pub last_notification_result: Option<HookResult>,
    /// As it came: a hook of somebody else may say what is not known here.
    #[serde(default)]
    pub specification: Value,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct HookResult {
    pub success: bool,
    pub retry_number: Option<u32>,
    pub will_be_retried: Option<bool>,
    pub completion_timestamp: Option<Timestamp>,
}

/// Payloads as they came, to be read one by one with `Payload::read`: one that cannot be read does not hide the others.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PayloadPage {
    pub payloads: Vec<Value>,
    pub cursor: u64,
    pub might_have_more: bool,
}
