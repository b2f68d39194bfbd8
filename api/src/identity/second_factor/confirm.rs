//! `POST /auth/totp/confirm`: the first code of a second factor. From the event on it is asked for; sessions that began
//! without it end.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::session::EndReason;
use domain::identity::user::UserCommand;
use domain::identity::{SecondFactorId, User};
use domain::secret::Secret;
use eventstore::execute::Plan;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{factor_exists, recovery, settle, totp, wrong_code};
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};
use crate::identity::kept::Which;
use crate::identity::sessions::{cookies, ending};
use crate::identity::user_state::{self, Known};
use crate::identity::{ids, recent};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Confirmation {
    #[schema(value_type = String)]
    factor: SecondFactorId,
    #[schema(value_type = String, format = Password, example = "123456")]
    code: Secret<String>,
}

#[derive(Serialize, ToSchema)]
pub struct RecoveryCodesShown {
    /// Each is good once, in the place of a code.
    #[schema(example = json!(["mfzg-ku3f-nrxw-e2lp"]))]
    pub recovery_codes: Vec<String>,
}

/// Confirm a second factor
///
/// Signing in asks for a code from now on. Your other sessions end; this one counts as one with a code from its next access
/// token on.
#[utoipa::path(
    post, path = "/auth/totp/confirm", tag = "identity", request_body = Confirmation,
    responses(
        (status = 200, description = "It is asked for; the recovery codes are shown this once", body = RecoveryCodesShown),
        (status = 403, description = "`reauth_required`, `wrong_code`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`second_factor_exists`, `not_begun`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn confirm(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<Confirmation>,
) -> Result<Response, Problem> {
    let session = principal.session()?;
    recent::proven(&api, &principal).await?;
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    if known.details.second_factor.is_some() {
        return Err(factor_exists());
    }
    check(&api, &known, &body).await?;
    let drawn = recovery::draw(&api, &known.id).await?;
    let because = EndReason::SecondFactorChanged;
    let ended = ending::end(&api, &known.id, Which::AllBut(Some(session)), because).await?;
    let platform = user_state::platform()?;
    let (factor, recovery_codes) = (body.factor, drawn.id);
    let add = UserCommand::AddSecondFactor { factor: factor.clone(), recovery_codes: recovery_codes.clone() };
    let plan = Plan::new().decide::<User>(&platform, ids::stream(&known.id)?, add);
    let plan = ending::told(plan, &platform, &ended, because)?;
    let request = call.unkeyed(&platform).by(known.id.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    settle(&api, Some(&factor), &recovery_codes).await;
    ending::recorded(&api, &ended).await;
    api.identity.kept.prove_session(session, true).await?;
    let shown = RecoveryCodesShown { recovery_codes: drawn.codes };
    let head = cookies::renewed(&api, &principal, call.answer(&receipt, StatusCode::OK)).await?;
    Ok(head.json(&shown))
}

/// The code counts once here as well: it signs nobody in.
async fn check(api: &Api, known: &Known, body: &Confirmation) -> Result<(), Problem> {
    let factors = &api.identity.second_factors;
    let secret = factors.read_begun(&body.factor, &known.id).await?.ok_or_else(not_begun)?;
    let step = totp::step_of(secret.reveal(), body.code.reveal().trim(), Timestamp::now());
    match step {
        Some(step) if factors.take_step(&body.factor, step).await? => Ok(()),
        _ => Err(wrong_code()),
    }
}

fn not_begun() -> Problem {
    Problem::conflict("not_begun", "This was not begun within an hour: begin anew.")
}
