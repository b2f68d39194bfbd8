//! `POST /v1/tenant/transfer`: an owner makes another member one and steps down, at once.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::{UserId, service_account};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::Api;
use crate::access::Principal;
use crate::http::{Call, FieldError, Json, Problem};
use crate::identity::{members, recent};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Transfer {
    /// A member of the tenant.
    #[schema(value_type = String)]
    to: UserId,
}

/// Hand your tenant over
///
/// The other becomes an owner, and you an admin.
#[utoipa::path(
    post, path = "/v1/tenant/transfer", tag = "members", request_body = Transfer,
    responses(
        (status = 204, description = "Handed over"),
        (status = 403, description = "`no_owner`", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "`unknown_member`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn hand_over(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<Transfer>,
) -> Result<Response, Problem> {
    let (tenant, from) = (&principal.tenant, &principal.user);
    if body.to == *from {
        return Err(to_yourself());
    }
    if service_account::is_one(&body.to) {
        return Err(Problem::not_found());
    }
    recent::proven(&api, &principal).await?;
    let request = call.request(&api.executor, tenant, from.as_str(), &body)?;
    let plan = members::hand_over(tenant, from, &body.to).map_err(|_| Problem::internal())?;
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

fn to_yourself() -> Problem {
    Problem::invalid(vec![FieldError::new("/to", "to_yourself", "Hand it over to somebody else.")])
}
