//! `DELETE /v1/api-keys/{key}`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::api_key::RevokeReason;
use eventstore::execute::Plan;

use super::ending;
use super::found::FoundKey;
use crate::Api;
use crate::http::{Call, Problem};

/// Revoke an API key
///
/// It is good for nothing from now on, on every node within five seconds; streams that were opened with it end.
#[utoipa::path(
    delete, path = "/v1/api-keys/{key}", tag = "api keys",
    params(("key" = String, Path, description = "Its id")),
    responses((status = 204, description = "It is revoked"))
)]
pub async fn revoke(State(api): State<Api>, call: Call, found: FoundKey) -> Result<Response, Problem> {
    found.check_may_change()?;
    let because = RevokeReason::ByHand;
    ending::end(&api, &found.id, because).await?;
    let (principal, ended) = (&found.principal, std::slice::from_ref(&found.id));
    let plan = ending::told(Plan::new(), &principal.tenant, ended, because)?;
    let request = call.request(&api.executor, &principal.tenant, principal.user.as_str(), &())?;
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    ending::recorded(&api, ended).await;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}
