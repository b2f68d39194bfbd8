//! `POST /auth/tenant`: the same session, at work in another tenant of the person's.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::session::SessionCommand;
use domain::identity::{Session, TenantId};
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::SignedIn;
use super::login::{Signing, place_of, signed_in};
use super::{ids, user_state};
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Exchange {
    #[schema(value_type = String)]
    tenant: TenantId,
}

/// Go on in another tenant
///
/// The old token stays good for its own tenant until it expires.
#[utoipa::path(
    post, path = "/auth/tenant", tag = "identity", request_body = Exchange,
    responses(
        (status = 200, description = "A token for that tenant", body = SignedIn),
        (status = 403, description = "`not_a_member`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn exchange(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<Exchange>,
) -> Result<Response, Problem> {
    let (session, with_code) = (principal.session()?.clone(), principal.has_shown_code());
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    let place = place_of(&api, Some(&known), Some(body.tenant.clone())).await?;
    if !api.identity.kept.move_session(&session, &body.tenant).await? {
        return Err(Problem::unauthenticated());
    }
    let platform = user_state::platform()?;
    let change = SessionCommand::ChangeTenant { tenant: body.tenant.clone() };
    let plan = Plan::new().decide::<Session>(&platform, ids::stream(&session)?, change);
    let request = call.unkeyed(&platform).by(principal.user.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    let signing = Signing { session, refresh: None, with_code, by_cookie: principal.is_by_cookie() };
    let signed_in = signed_in(&api, known, place, signing)?;
    Ok(call.answer(&receipt, StatusCode::OK).json(&signed_in))
}
