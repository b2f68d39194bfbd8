//! What the audit looks like in answers.

use domain::identity::{ApiKeyId, WorkspaceId};
use jiff::Timestamp;
use projections::identity::audit::AuditRow;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

/// Something that was done, or tried.
#[derive(Debug, Serialize, ToSchema)]
pub struct AuditShown {
    pub position: i64,
    #[schema(value_type = String, format = DateTime)]
    pub recorded_at: Timestamp,
    /// The type of the event.
    #[schema(example = "membership.role_changed")]
    pub action: String,
    /// Who did it.
    pub actor: String,
    /// With which key, if with one.
    #[schema(value_type = Option<String>, required = true)]
    pub api_key: Option<ApiKeyId>,
    /// What it was done to.
    #[schema(example = "membership")]
    pub target_type: String,
    pub target: String,
    #[schema(value_type = Option<String>, required = true)]
    pub workspace: Option<WorkspaceId>,
    /// `success`, `begun`, `partial` or `failed`.
    #[schema(example = "success")]
    pub outcome: String,
    /// From where: the first 24 bits of an address, of IPv6 the first 48.
    #[schema(example = "192.0.2.0/24", required = true)]
    pub network: Option<String>,
    /// As the answer to the request said.
    #[schema(required = true)]
    pub request_id: Option<String>,
    #[schema(value_type = String, format = "uuid")]
    pub correlation_id: Uuid,
}

impl From<AuditRow> for AuditShown {
    fn from(row: AuditRow) -> Self {
        Self {
            position: row.position,
            recorded_at: row.recorded_at,
            action: row.action,
            actor: row.actor,
            api_key: row.api_key,
            target_type: row.target_type,
            target: row.target_id.to_string(),
            workspace: row.scope,
            outcome: row.outcome,
            network: row.network,
            request_id: row.request_id,
            correlation_id: row.correlation_id,
        }
    }
}
