//! What a tenant looks like to operators.

use domain::identity::tenant::Standing;
use domain::identity::{TenantId, UserId};
use jiff::Timestamp;
use projections::identity::tenants::{TenantRow, TenantState};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::http::Problem;

#[derive(Debug, Serialize, ToSchema)]
pub struct TenantTold {
    #[schema(value_type = String, example = "ten_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub id: TenantId,
    #[schema(example = "Acme")]
    pub name: String,
    #[schema(value_type = Vec<String>)]
    pub owners: Vec<UserId>,
    #[schema(value_type = String, example = "open", pattern = "^(open|closing|suspended|closed)$")]
    pub state: TenantState,
    /// When it is closed, unless that is taken back.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<Timestamp>,
    /// In lists.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = DateTime)]
    pub created_at: Option<Timestamp>,
}

impl TenantTold {
    /// A tenant as it is now, by its stream.
    pub async fn now(api: &Api, id: &TenantId) -> Result<Self, Problem> {
        let tenant = api.tenant(id).await?.state;
        let (state, closes_at) = match tenant.standing() {
            Standing::Open => (TenantState::Open, None),
            Standing::Closing(at) => (TenantState::Closing, Some(at)),
            Standing::Suspended => (TenantState::Suspended, None),
            Standing::Closed => (TenantState::Closed, None),
        };
        let name = tenant.name().ok_or_else(Problem::not_found)?.to_owned();
        let owners = tenant.owners().to_vec();
        Ok(Self { id: id.clone(), name, owners, state, closes_at, created_at: None })
    }
}

impl From<TenantRow> for TenantTold {
    fn from(row: TenantRow) -> Self {
        let state = row.state();
        let closes_at = row.closes_at.filter(|_| state == TenantState::Closing);
        let created_at = Some(row.created_at);
        Self { id: row.id, name: row.name, owners: row.owners, state, closes_at, created_at }
    }
}
