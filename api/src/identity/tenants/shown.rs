//! What a tenant looks like in answers, read from its stream: nothing here waits for a read model.

use domain::identity::tenant::Standing;
use domain::identity::{Tenant, TenantId, UserId};
use eventstore::read::{At, StateAt};
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::caught_up::unreadable;
use crate::http::Problem;
use crate::identity::ids;

/// A tenant.
#[derive(Debug, Serialize, ToSchema)]
pub struct TenantShown {
    #[schema(value_type = String, example = "ten_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    pub id: TenantId,
    #[schema(example = "Acme")]
    pub name: String,
    /// In the order of becoming so.
    #[schema(value_type = Vec<String>)]
    pub owners: Vec<UserId>,
    /// Whether members have to show a code besides their password.
    pub require_second_factor: bool,
    #[schema(example = "open", pattern = "^(open|closing|suspended|closed)$")]
    pub state: &'static str,
    /// When it is closed, unless that is taken back.
    #[schema(required = true, value_type = Option<String>, format = DateTime)]
    pub closes_at: Option<Timestamp>,
    /// Counts the changes; the `ETag` carries the same number.
    pub version: i64,
}

impl Api {
    pub(crate) async fn tenant(&self, id: &TenantId) -> Result<StateAt<Tenant>, Problem> {
        Ok(self.executor.state::<Tenant>(id, ids::stream(id)?).await?)
    }

    /// A tenant as it was after a command: what a retry is answered with, whatever happened since.
    pub(super) async fn tenant_at(&self, id: &TenantId, version: i64) -> Result<TenantShown, Problem> {
        let present = self.tenant(id).await?;
        if present.version == version {
            return shown(id, &present);
        }
        let reader = self.source.reader();
        let then = reader.state_at::<Tenant>(id, ids::stream(id)?, At::Version(version)).await;
        shown(id, &then.map_err(|fault| unreadable(&fault))?)
    }
}

pub fn shown(id: &TenantId, found: &StateAt<Tenant>) -> Result<TenantShown, Problem> {
    let name = found.state.name().ok_or_else(Problem::not_found)?.to_owned();
    let owners = found.state.owners().to_vec();
    let require_second_factor = found.state.requires_second_factor();
    let standing = found.state.standing();
    let closes_at = match standing {
        Standing::Closing(at) => Some(at),
        Standing::Open | Standing::Suspended | Standing::Closed => None,
    };
    let (state, version) = (standing.as_str(), found.version);
    Ok(TenantShown { id: id.clone(), name, owners, require_second_factor, state, closes_at, version })
}
