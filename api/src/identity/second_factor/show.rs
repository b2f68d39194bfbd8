//! `GET /auth/totp`.

use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Problem};

#[derive(Serialize, ToSchema)]
pub struct SecondFactorShown {
    /// Whether signing in asks for a code.
    enabled: bool,
    recovery_codes_left: i64,
}

/// Your second factor
#[utoipa::path(
    get, path = "/auth/totp", tag = "identity",
    responses((status = 200, description = "Whether there is one", body = SecondFactorShown))
)]
pub async fn show(
    State(api): State<Api>,
    principal: Principal,
) -> Result<Answer<SecondFactorShown>, Problem> {
    let known = api.user(&principal.user).await?.ok_or_else(Problem::unauthenticated)?;
    let shown = match &known.details.second_factor {
        None => SecondFactorShown { enabled: false, recovery_codes_left: 0 },
        Some(factor) => SecondFactorShown {
            enabled: true,
            recovery_codes_left: api.identity.kept.count_recovery_codes(&factor.recovery_codes).await?,
        },
    };
    Ok(Answer::new(shown))
}
