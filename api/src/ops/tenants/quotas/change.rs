//! `PUT /v1/ops/tenants/{tenant}/quotas/{quota}`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::tenant::TenantCommand;
use domain::identity::{Quota, TenantId};
use serde::Deserialize;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Operator;
use crate::http::{Call, Json, Path, Problem};
use crate::identity::pointers::pointed;
use crate::ops::acting::Reason;
use crate::ops::tenants::tell;

/// What is allowed from now on, and why.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewLimit {
    /// Null: as much as one likes. Said even then, so that nothing is lifted by leaving it out.
    #[serde(deserialize_with = "Option::deserialize")]
    #[schema(required = true, example = 25, maximum = 1_000_000_000_000_u64)]
    limit: Option<u64>,
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Reason,
}

/// Set or lift a quota
///
/// A limit below what is used takes nothing away; it lets nothing more in.
#[utoipa::path(
    put, path = "/v1/ops/tenants/{tenant}/quotas/{quota}", tag = "operations", request_body = NewLimit,
    params(
        ("tenant" = String, Path, description = "Its id"),
        ("quota" = String, Path, description = "`members` or `events_per_day`"),
    ),
    responses((status = 204, description = "It holds: `members` at once, `events_per_day` within a minute"))
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    operator: Operator,
    Path((tenant, quota)): Path<(TenantId, Quota)>,
    Json(body): Json<NewLimit>,
) -> Result<Response, Problem> {
    let command = TenantCommand::ChangeQuota { quota, limit: body.limit, reason: body.reason.into_text() };
    let receipt = tell(&api, &call, &operator, &tenant, command).await.map_err(pointed)?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}
