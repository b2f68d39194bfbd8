//! `POST /auth/refresh`: a session goes on. Each refresh token is exchanged for the next; one that was exchanged already
//! and comes again, later than a caller would who did not hear the answer, ends its session: two have it, and who of
//! them is the right one cannot be told.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::session::EndReason;
use domain::identity::{TenantId, UserId};
use domain::secret::Secret;
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ending;
use super::refresh_token::Numbered;
use crate::Api;
use crate::http::{AnswerHead, Call, Json, Problem};
use crate::identity::answers::SignedIn;
use crate::identity::kept::{Refreshed, Which};
use crate::identity::login::{Place, Signing, place_of, signed_in};
use crate::identity::user_state::{self, Known};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Refresh {
    #[schema(value_type = String, format = Password)]
    refresh_token: Secret<String>,
}

/// Go on
///
/// Gives a new access token, and the refresh token to ask with next: this one is done with. Asked again within ten
/// seconds it gives the same; asked later it ends the session.
#[utoipa::path(
    post, path = "/auth/refresh", tag = "identity", request_body = Refresh,
    responses((status = 200, description = "Signed in", body = SignedIn))
)]
pub async fn refresh(
    State(api): State<Api>,
    call: Call,
    Json(body): Json<Refresh>,
) -> Result<Response, Problem> {
    let token = api.identity.refresh_tokens.read(&body.refresh_token).ok_or_else(Problem::unauthenticated)?;
    match api.identity.kept.refresh(&token.session, token.number).await? {
        Refreshed::On { user, tenant, number } => {
            let known = api.user(&user).await?.ok_or_else(Problem::unauthenticated)?;
            let place = place(&api, &known, tenant).await?;
            let signing = Signing { session: token.session, refresh: Some(number) };
            Ok(AnswerHead::new(StatusCode::OK).json(&signed_in(&api, known, place, signing)?))
        }
        Refreshed::Reused { user } => {
            stop(&api, &call, &user, &token).await?;
            Err(Problem::unauthenticated())
        }
        Refreshed::Over => Err(Problem::unauthenticated()),
    }
}

/// The tenant the session was at work in; whoever is no member there any more goes on elsewhere.
async fn place(api: &Api, known: &Known, tenant: TenantId) -> Result<Place, Problem> {
    let is_member = api.memberships.of(&tenant, &known.id).await?.is_some();
    place_of(api, Some(known), is_member.then_some(tenant)).await
}

async fn stop(api: &Api, call: &Call, user: &UserId, token: &Numbered) -> Result<(), Problem> {
    tracing::warn!(session = token.session.as_str(), "a refresh token was used twice; its session ends");
    let because = EndReason::TokenReused;
    let ended = ending::end(api, user, Which::One(&token.session), because).await?;
    let platform = user_state::platform()?;
    let plan = ending::told(Plan::new(), &platform, &ended, because)?;
    let request = call.unkeyed(&platform).by(user.as_str());
    if !ended.is_empty() {
        api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
        ending::recorded(api, &ended).await;
    }
    Ok(())
}
