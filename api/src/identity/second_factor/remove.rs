//! `DELETE /auth/totp`: whoever shows a code is asked for none any more. The event first: a factor without its row would
//! let nobody in.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::User;
use domain::identity::session::EndReason;
use domain::identity::user::UserCommand;
use eventstore::execute::Plan;

use super::renew_codes::CodeShown;
use super::{ask_again, present, told};
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};
use crate::identity::kept::Which;
use crate::identity::sessions::ending;
use crate::identity::{ids, recent, user_state};

/// Remove your second factor
///
/// Your other sessions end.
#[utoipa::path(
    delete, path = "/auth/totp", tag = "identity", request_body = CodeShown,
    responses(
        (status = 204, description = "Removed"),
        (status = 403, description = "`reauth_required`, `wrong_code`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`no_second_factor`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn remove(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<CodeShown>,
) -> Result<Response, Problem> {
    let session = principal.session()?;
    recent::proven(&api, &principal).await?;
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    let removed = present(&known)?;
    ask_again(&api, &call, &known, Some(&body.code)).await?;
    let because = EndReason::SecondFactorChanged;
    let ended = ending::end(&api, &known.id, Which::AllBut(Some(session)), because).await?;
    let platform = user_state::platform()?;
    let stream = ids::stream(&known.id)?;
    let plan = Plan::new().decide::<User>(&platform, stream, UserCommand::RemoveSecondFactor);
    let plan = ending::told(plan, &platform, &ended, because)?;
    let request = call.unkeyed(&platform).by(known.id.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    ending::recorded(&api, &ended).await;
    told(api.identity.second_factors.drop_one(&removed.id).await);
    told(api.identity.kept.drop_recovery_codes(&removed.recovery_codes).await);
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}
