//! `DELETE /auth/account`: a person leaves for ever. What lets them in ends first, as rows; then one unit says that they are
//! gone, gives their names back and ends what they were in each tenant; what is left of them as rows goes last, or by the
//! sweeper.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::administrators::AdministratorsCommand;
use domain::identity::session::EndReason;
use domain::identity::user::UserCommand;
use domain::identity::{Administrators, SessionId, User};
use domain::secret::Secret;
use eventstore::chain_of;
use eventstore::execute::Plan;
use serde::Deserialize;
use utoipa::ToSchema;

use super::leaving;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};
use crate::identity::kept::Which;
use crate::identity::passwords::change::wrong_password;
use crate::identity::reserved::{EMAIL, USERNAME};
use crate::identity::sessions::ending;
use crate::identity::user_state::{self, Known};
use crate::identity::{api_keys, ids, passwords, recent};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Goodbye {
    #[schema(value_type = String, format = Password)]
    password: Secret<String>,
}

/// Delete your account
///
/// For ever: your sessions and keys are good for nothing, your names are free again, and tenants that are yours alone are
/// closed. 409 `last_owner` names the tenants that others work in and nobody but you owns; 409 `last_administrator` is
/// for the last one of the platform.
#[utoipa::path(
    delete, path = "/auth/account", tag = "identity", request_body = Goodbye,
    responses(
        (status = 204, description = "Gone"),
        (status = 403, description = "`reauth_required`, `wrong_password`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`last_owner`, `last_administrator`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn delete(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<Goodbye>,
) -> Result<Response, Problem> {
    recent::proven(&api, &principal).await?;
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    if !passwords::prove(&api, Some(&known), body.password).await? {
        return Err(wrong_password());
    }
    let platform = user_state::platform()?;
    // Whoever has to stay keeps what they have.
    let plan = plan(&api, &known).await?;
    let ended = end_what_lets_in(&api, &known).await?;
    let plan = ending::told(plan, &platform, &ended, EndReason::AccountDeleted)?;
    let request = call.unkeyed(&platform).by(known.id.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    tidy(&api, &known, &ended).await;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}

async fn plan(api: &Api, known: &Known) -> Result<Plan, Problem> {
    let (platform, owner) = (user_state::platform()?, known.id.as_str());
    let stream = ids::stream(&known.id)?;
    let plan = Plan::new().decide_at::<User>(&platform, stream, known.version, UserCommand::Delete);
    let text = |text: Option<&String>| text.map(|text| api.executor.look_up_key(text));
    let plan = match text(known.details.email.get()) {
        Some(address) => plan.release(EMAIL, address, owner),
        None => plan,
    };
    let plan = match text(known.details.username.as_ref().and_then(|name| name.get())) {
        Some(username) => plan.release(USERNAME, username, owner),
        None => plan,
    };
    let plan = no_administrator(api, plan, known).await?;
    leaving::plan(api, plan, known).await
}

async fn no_administrator(api: &Api, plan: Plan, known: &Known) -> Result<Plan, Problem> {
    let administrators = api.administrators().await?;
    match administrators.state.users() {
        users if !users.contains(&known.id) => Ok(plan),
        [_] => {
            let detail = "You are the last administrator of the platform: name another first.";
            Err(Problem::conflict("last_administrator", detail))
        }
        _ => {
            let remove = AdministratorsCommand::Remove { user: known.id.clone() };
            let (platform, stream) = (user_state::platform()?, user_state::administrators()?);
            Ok(plan.decide::<Administrators>(&platform, stream, remove))
        }
    }
}

/// The rows first. The password is kept until the person is gone, and looked for by the sweeper if this ends in between.
async fn end_what_lets_in(api: &Api, known: &Known) -> Result<Vec<SessionId>, Problem> {
    let kept = &api.identity.kept;
    kept.drop_devices_of(&known.id).await?;
    kept.unmark_named(&known.details.credential).await?;
    ending::end(api, &known.id, Which::AllBut(None), EndReason::AccountDeleted).await
}

/// Nothing of this lets anybody in any more, so what fails here is no harm.
async fn tidy(api: &Api, known: &Known, ended: &[SessionId]) {
    ending::recorded(api, ended).await;
    if let Err(error) = api.identity.kept.drop_credentials_of(&known.id).await {
        tracing::warn!(error = chain_of(&error), "a password of nobody is left for the sweeper");
    }
    for tenant in &known.details.tenants {
        if api_keys::end_all_of(api, tenant, &known.id).await.is_err() {
            tracing::warn!("keys of nobody are left until they expire");
        }
    }
}
