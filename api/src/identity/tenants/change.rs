//! `PATCH /v1/tenant`: another name.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::Tenant;
use domain::identity::tenant::TenantCommand;
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shown::TenantShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, IfMatch, Json, Problem};
use crate::identity::ids;
use crate::identity::pointers::pointed;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TenantChange {
    #[schema(example = "Acme", min_length = 1, max_length = 120)]
    name: String,
}

/// Rename your tenant
///
/// `If-Match` carries the version that the change is meant for.
#[utoipa::path(
    patch, path = "/v1/tenant", tag = "members", request_body = TenantChange, params(IfMatch),
    responses((status = 200, description = "Changed", body = TenantShown))
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    expected: IfMatch,
    Json(body): Json<TenantChange>,
) -> Result<Response, Problem> {
    let (tenant, stream) = (&principal.tenant, ids::stream(&principal.tenant)?);
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &body)?;
    let present = api.tenant(tenant).await?.version;
    let rename = TenantCommand::Rename { name: body.name };
    let plan = match expected.version(present) {
        Some(version) => Plan::new().decide_at::<Tenant>(tenant, stream, version, rename),
        None => Plan::new().decide::<Tenant>(tenant, stream, rename),
    };
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| pointed(call.problem(error)))?;
    let shown = api.tenant_at(tenant, receipt.version()).await?;
    Ok(call.answer(&receipt, StatusCode::OK).json(&shown))
}
