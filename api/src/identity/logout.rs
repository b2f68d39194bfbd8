//! `POST /auth/logout`: ends the session of the presented token. The row first, so that it ends even if the event
//! cannot be written at this moment.

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::identity::Session;
use domain::identity::session::SessionCommand;
use eventstore::execute::{CommandError, Plan};

use super::sessions::ending;
use super::{ids, user_state};
use crate::Api;
use crate::access::{CookieText, Principal};
use crate::http::{Call, Problem};

/// What a browser forgets of this origin.
const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");
const EVERYTHING: HeaderValue = HeaderValue::from_static("\"cache\", \"cookies\", \"storage\"");

/// Sign out
///
/// The token, or the cookie, and every other of its session are good for nothing from now on.
#[utoipa::path(post, path = "/auth/logout", tag = "identity", responses((status = 204, description = "Signed out")))]
pub async fn logout(State(api): State<Api>, call: Call, principal: Principal) -> Result<Response, Problem> {
    let (session, by_cookie) = (principal.session()?.clone(), principal.is_by_cookie());
    api.identity.kept.revoke_session(&session).await?;
    api.revocations.add(&session);
    let platform = user_state::platform()?;
    let plan = Plan::new().decide::<Session>(&platform, ids::stream(&session)?, SessionCommand::End);
    let request = call.unkeyed(&platform).by(principal.user.as_str());
    // The session is over; a caller who hangs up now must not keep that from being recorded.
    let recording = tokio::spawn(async move {
        let receipt = api.executor.execute(&request, plan).await?;
        ending::recorded(&api, &[session]).await;
        Ok(receipt)
    });
    let recorded: Result<_, CommandError> = recording.await.map_err(|_| Problem::internal())?;
    let receipt = recorded.map_err(|error| call.problem(error))?;
    let head = call.answer(&receipt, StatusCode::NO_CONTENT).with(CLEAR_SITE_DATA, EVERYTHING);
    Ok(if by_cookie { head.with(SET_COOKIE, CookieText::gone()) } else { head }.into_response())
}
