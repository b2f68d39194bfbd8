//! `POST /v1/api-keys/{key}/rotate`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::ApiKey;
use domain::identity::api_key::ApiKeyCommand;
use eventstore::execute::Plan;
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::found::{FoundKey, location};
use super::secrets::{DrawnSecret, For};
use super::shown::ApiKeyWithText;
use crate::Api;
use crate::http::{Call, Json, Problem};
use crate::identity::{ids, recent};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rotation {
    /// How long the text before is good beside the new one, up to seven days. 0: it is good for nothing any more.
    #[serde(default)]
    #[schema(maximum = 604800, example = 3600)]
    grace_seconds: u32,
}

/// Rotate an API key
///
/// The answer shows a new text, this once. What the key may do and when it expires stays as it is. A person's key is
/// rotated by that person alone.
#[utoipa::path(
    post, path = "/v1/api-keys/{key}/rotate", tag = "api keys", request_body = Rotation,
    params(("key" = String, Path, description = "Its id")),
    responses(
        (status = 200, description = "Rotated", body = ApiKeyWithText),
        (status = 403, description = "`session_required`, `reauth_required`, `forbidden`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`key_revoked`, `key_expired`, or `already_done`: a retry is not shown the text", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn rotate(
    State(api): State<Api>,
    call: Call,
    found: FoundKey,
    Json(body): Json<Rotation>,
) -> Result<Response, Problem> {
    let principal = &found.principal;
    recent::proven(&api, principal).await?;
    found.check_may_act_for()?;
    let details = found.details()?;
    let request = call.request(&api.executor, &principal.tenant, principal.user.as_str(), &body)?;
    let (owner, expires_at) = (details.owner.id(), details.expires_at);
    let of = For { key: &found.id, tenant: &principal.tenant, owner, expires_at };
    let secret = DrawnSecret::keep(&api, of).await?;
    let at = Timestamp::now();
    let grace = SignedDuration::from_secs(body.grace_seconds.into());
    let previous_until = (body.grace_seconds > 0).then(|| at + grace);
    let rotate = ApiKeyCommand::Rotate { secret: secret.id.clone(), previous_until, at };
    let plan = Plan::new().decide::<ApiKey>(&principal.tenant, ids::stream(&found.id)?, rotate);
    match api.executor.execute(&request, plan).await {
        Ok(receipt) if receipt.replayed => {
            secret.drop(&api).await;
            Err(call.explain(Problem::already_done(&location(&found.id))))
        }
        Ok(receipt) => {
            secret.mark_named(&api).await;
            api.api_keys.forget(&found.id);
            let api_key = api.key_shown(principal, &found.id).await?;
            let answer = call.answer(&receipt, StatusCode::OK).etag(api_key.version);
            Ok(answer.json(&ApiKeyWithText { api_key, key: secret.text }))
        }
        Err(error) => {
            let problem = call.problem(error);
            // Where the outcome is open, an event may name it yet.
            if problem.status() != StatusCode::SERVICE_UNAVAILABLE {
                secret.drop(&api).await;
            }
            Err(match problem.code() {
                "bad_grace" => problem.at("/grace_seconds"),
                _ => problem,
            })
        }
    }
}
