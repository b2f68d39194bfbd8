//! What webhooks look like in answers.

use std::collections::BTreeSet;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use domain::identity::webhook::DisabledBecause;
use domain::identity::{Webhook, WebhookId, WorkspaceId};
use domain::secret::Secret;
use jiff::Timestamp;
use projections::identity::webhooks::WebhookRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::Problem;

/// A webhook.
#[derive(Debug, Serialize, ToSchema)]
pub struct WebhookShown {
    #[schema(value_type = String, example = "wh_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub id: WebhookId,
    #[schema(value_type = String)]
    pub workspace: WorkspaceId,
    #[schema(example = "https://hooks.example.org/airtide")]
    pub url: String,
    pub description: String,
    /// Empty: every type that a webhook may carry.
    #[schema(value_type = Vec<String>, example = json!(["workspace.renamed"]))]
    pub event_types: BTreeSet<String>,
    pub enabled: bool,
    /// `asked`, or `gone` when the receiver answered 410; null while it is enabled.
    #[schema(value_type = Option<String>, required = true)]
    pub disabled_because: Option<DisabledBecause>,
    /// Until when deliveries are signed with the secret before as well; null when there was none.
    #[schema(value_type = Option<String>, format = DateTime, required = true)]
    pub previous_secret_until: Option<Timestamp>,
    /// Counts the changes; the `ETag` carries the same number. Deliveries do not count.
    pub version: i64,
}

impl WebhookShown {
    pub fn of(id: &WebhookId, state: &Webhook) -> Result<Self, Problem> {
        let endpoint = state.any_endpoint().ok_or_else(Problem::not_found)?;
        Ok(Self {
            id: id.clone(),
            workspace: endpoint.workspace.clone(),
            url: endpoint.url.clone(),
            description: endpoint.description.clone(),
            event_types: endpoint.event_types.clone(),
            enabled: endpoint.enabled,
            disabled_because: endpoint.disabled_because,
            previous_secret_until: endpoint.previous.as_ref().map(|previous| previous.until),
            version: state.revision(),
        })
    }
}

impl From<WebhookRow> for WebhookShown {
    fn from(row: WebhookRow) -> Self {
        Self {
            id: row.id,
            workspace: row.workspace,
            url: row.url,
            description: row.description,
            event_types: row.event_types,
            enabled: row.enabled,
            disabled_because: row.disabled_because,
            previous_secret_until: row.previous_secret_until,
            version: row.revision,
        }
    }
}

/// A webhook, and the secret that is shown this once.
#[derive(Serialize, ToSchema)]
pub struct WebhookWithSecret {
    #[serde(flatten)]
    pub webhook: WebhookShown,
    /// Deliveries are signed with it, as Standard Webhooks has it. Keep it: it is not shown again.
    #[schema(example = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")]
    pub secret: String,
}

/// The form in which receivers know secrets.
pub fn secret_text(secret: &Secret<Vec<u8>>) -> String {
    format!("whsec_{}", BASE64.encode(secret.reveal()))
}

/// A delivery that was asked for; how it went is in the list of deliveries, under the same id.
#[derive(Serialize, ToSchema)]
pub struct Requested {
    #[schema(value_type = String, format = "uuid")]
    pub delivery_id: Uuid,
}
