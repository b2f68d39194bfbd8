//! `POST /v1/tenant/closing`: from now on nothing in the tenant changes, and after a while it ends.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::Tenant;
use domain::identity::tenant::TenantCommand;
use eventstore::execute::Plan;
use jiff::Timestamp;
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};
use crate::identity::pointers::pointed;
use crate::identity::tenants::shown::TenantShown;
use crate::identity::{ids, recent};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Closing {
    /// What the tenant is called, letter by letter: nobody closes one by mistake.
    #[schema(example = "Acme")]
    name: String,
}

/// Close your tenant
///
/// `closes_at` says when everything in it ends: members, keys, invitations, webhooks, workspaces. Until then it can be read
/// and exported, every change is answered with 403 `tenant_closing`, and `DELETE` takes it back. Asked again, it ends no
/// later.
#[utoipa::path(
    post, path = "/v1/tenant/closing", tag = "members", request_body = Closing,
    responses(
        (status = 200, description = "It is being closed", body = TenantShown),
        (status = 403, description = "`reauth_required`, `session_required`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn begin(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<Closing>,
) -> Result<Response, Problem> {
    recent::proven(&api, &principal).await?;
    let tenant = &principal.tenant;
    let ends_at = Timestamp::now() + api.identity.settings.closing_grace;
    let begin = TenantCommand::BeginClosing { name: body.name, ends_at };
    let plan = Plan::new().decide::<Tenant>(tenant, ids::stream(tenant)?, begin);
    let request = call.unkeyed(tenant).by(principal.user.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| pointed(call.problem(error)))?;
    let shown = api.tenant_at(tenant, receipt.version()).await?;
    Ok(call.answer(&receipt, StatusCode::OK).json(&shown))
}
