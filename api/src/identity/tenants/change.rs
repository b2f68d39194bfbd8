//! `PATCH /v1/tenant`: another name, and whether members have to have a second factor.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::tenant::TenantCommand;
use domain::identity::{Role, Tenant};
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::shown::TenantShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, IfMatch, Json, Problem};
use crate::identity::pointers::pointed;
use crate::identity::{ids, recent};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TenantChange {
    #[schema(example = "Acme", min_length = 1, max_length = 120)]
    name: Option<String>,
    /// Whether members have to show a code besides their password. Owners alone decide, with a password of late, and whoever
    /// wants it has shown a code themselves.
    require_second_factor: Option<bool>,
}

/// Change your tenant
///
/// What is left out stays as it is. `If-Match` carries the version that the change is meant for.
#[utoipa::path(
    patch, path = "/v1/tenant", tag = "members", request_body = TenantChange, params(IfMatch),
    responses(
        (status = 200, description = "Changed", body = TenantShown),
        (status = 403, description = "`forbidden`, `reauth_required`, `second_factor_required`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    expected: IfMatch,
    Json(body): Json<TenantChange>,
) -> Result<Response, Problem> {
    if let Some(required) = body.require_second_factor {
        may_require(&api, &principal, required).await?;
    }
    let (tenant, stream) = (&principal.tenant, ids::stream(&principal.tenant)?);
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &body)?;
    let present = api.tenant(tenant).await?.version;
    let change = TenantCommand::Change { name: body.name, require_second_factor: body.require_second_factor };
    let plan = match expected.version(present) {
        Some(version) => Plan::new().decide_at::<Tenant>(tenant, stream, version, change),
        None => Plan::new().decide::<Tenant>(tenant, stream, change),
    };
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| pointed(call.problem(error)))?;
    let shown = api.tenant_at(tenant, receipt.version()).await?;
    Ok(call.answer(&receipt, StatusCode::OK).json(&shown))
}

/// Who locks everybody else out is not locked out themselves.
async fn may_require(api: &Api, principal: &Principal, required: bool) -> Result<(), Problem> {
    principal.session()?;
    if principal.role() != Role::Owner {
        return Err(Problem::forbidden());
    }
    recent::proven(api, principal).await?;
    if required && !principal.has_shown_code() {
        return Err(Problem::second_factor_required());
    }
    Ok(())
}
