//! `PATCH /v1/api-keys/{key}`: what it is called. What it may do never changes: make another one.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::ApiKey;
use domain::identity::api_key::ApiKeyCommand;
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::found::FoundKey;
use super::shown::ApiKeyShown;
use crate::Api;
use crate::http::{Call, IfMatch, Json, Problem};
use crate::identity::ids;
use crate::identity::pointers::pointed;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ApiKeyChange {
    #[schema(example = "Nightly import", min_length = 1, max_length = 120)]
    name: String,
}

/// Rename an API key
#[utoipa::path(
    patch, path = "/v1/api-keys/{key}", tag = "api keys", request_body = ApiKeyChange,
    params(("key" = String, Path, description = "Its id"), IfMatch),
    responses(
        (status = 200, description = "Renamed", body = ApiKeyShown),
        (status = 409, description = "`key_revoked`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    found: FoundKey,
    expected: IfMatch,
    Json(body): Json<ApiKeyChange>,
) -> Result<Response, Problem> {
    found.check_may_change()?;
    let principal = &found.principal;
    let request = call.request(&api.executor, &principal.tenant, principal.user.as_str(), &body)?;
    let (stream, rename) = (ids::stream(&found.id)?, ApiKeyCommand::Rename { name: body.name });
    let plan = match expected.version(found.version) {
        Some(version) => Plan::new().decide_at::<ApiKey>(&principal.tenant, stream, version, rename),
        None => Plan::new().decide::<ApiKey>(&principal.tenant, stream, rename),
    };
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| pointed(call.problem(error)))?;
    let shown = api.key_shown(principal, &found.id).await?;
    Ok(call.answer(&receipt, StatusCode::OK).json(&shown))
}
