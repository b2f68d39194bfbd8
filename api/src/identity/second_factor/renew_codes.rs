//! `POST /auth/totp/recovery-codes`: new ones, for whoever shows a code. The old ones are good for nothing any more.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::User;
use domain::identity::user::UserCommand;
use domain::secret::Secret;
use eventstore::execute::Plan;
use serde::Deserialize;
use utoipa::ToSchema;

use super::confirm::RecoveryCodesShown;
use super::{ask_again, present, recovery, settle, told};
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};
use crate::identity::{ids, recent, user_state};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct CodeShown {
    /// Of your second factor, or a recovery code.
    #[schema(value_type = String, format = Password, example = "123456")]
    pub code: Secret<String>,
}

/// Make new recovery codes
#[utoipa::path(
    post, path = "/auth/totp/recovery-codes", tag = "identity", request_body = CodeShown,
    responses(
        (status = 200, description = "The new ones, shown this once", body = RecoveryCodesShown),
        (status = 403, description = "`reauth_required`, `wrong_code`", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "`no_second_factor`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn renew(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<CodeShown>,
) -> Result<Response, Problem> {
    recent::proven(&api, &principal).await?;
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    let before = &present(&known)?.recovery_codes;
    ask_again(&api, &call, &known, Some(&body.code)).await?;
    let drawn = recovery::draw(&api, &known.id).await?;
    let platform = user_state::platform()?;
    let renew = UserCommand::RenewRecoveryCodes { recovery_codes: drawn.id.clone() };
    let plan = Plan::new().decide::<User>(&platform, ids::stream(&known.id)?, renew);
    let request = call.unkeyed(&platform).by(known.id.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    settle(&api, None, &drawn.id).await;
    told(api.identity.kept.drop_recovery_codes(before).await);
    let shown = RecoveryCodesShown { recovery_codes: drawn.codes };
    Ok(call.answer(&receipt, StatusCode::OK).json(&shown))
}
