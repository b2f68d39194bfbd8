//! `POST /auth/refresh`: a session goes on. Each refresh token is exchanged for the next; one that was exchanged already
//! and comes again, later than a caller would who did not hear the answer, ends its session: two have it, and who of
//! them is the right one cannot be told.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::TenantId;
use domain::identity::session::EndReason;
use domain::secret::Secret;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::ending;
use crate::Api;
use crate::http::{AnswerHead, Call, Json, Problem};
use crate::identity::answers::SignedIn;
use crate::identity::kept::{Refreshed, Which};
use crate::identity::login::{Place, Signing, place_of, signed_in};
use crate::identity::user_state::Known;

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
    responses(
        (status = 200, description = "Signed in", body = SignedIn),
        (status = 403, description = "`suspended`, `not_a_member`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn refresh(
    State(api): State<Api>,
    call: Call,
    Json(body): Json<Refresh>,
) -> Result<Response, Problem> {
    let token = api.identity.refresh_tokens.read(&body.refresh_token).ok_or_else(Problem::unauthenticated)?;
    // Before it is exchanged: whoever is let in again goes on with what they have.
    if let Some(user) = api.identity.kept.owner_of_session(&token.session).await? {
        api.standings.check_person(&user).await?;
    }
    match api.identity.kept.refresh(&token.session, token.number).await? {
        Refreshed::On { user, tenant, number, with_code } => {
            let known = api.user(&user).await?.ok_or_else(Problem::unauthenticated)?;
            let place = place(&api, &known, tenant).await?;
            let signing =
                Signing { session: token.session, refresh: Some(number), with_code, by_cookie: false };
            Ok(AnswerHead::new(StatusCode::OK).json(&signed_in(&api, known, place, signing)?))
        }
        Refreshed::Reused { user } => {
            tracing::warn!(session = token.session.as_str(), "a refresh token came again; its session ends");
            let (one, because) = (Which::One(&token.session), EndReason::TokenReused);
            ending::end_alone(&api, &call, &user, one, because).await?;
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
