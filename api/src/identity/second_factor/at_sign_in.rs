//! The code that signing in asks for.

use domain::secret::Secret;

use super::{Asked, ask};
use crate::Api;
use crate::http::{Call, Problem};
use crate::identity::user_state::Known;
use crate::limits::Try;

/// Whether a code was shown, of somebody whose password was right. Each try with one counts: who gets that far knows the
/// password.
pub async fn at_sign_in(
    api: &Api,
    call: &Call,
    known: &Known,
    code: Option<&Secret<String>>,
    made: &Try,
) -> Result<bool, Problem> {
    if code.is_some() && known.details.second_factor.is_some() {
        api.limits.take_code_of(known.id.as_str()).await?;
    }
    let asked = ask(api, call, known, code).await?;
    if asked == Asked::Wrong {
        let detail = "This code is wrong, or was used before.";
        return Err(Problem::unauthenticated_because("wrong_code", detail));
    }
    api.limits.forgive(made).await;
    if asked == Asked::Missing {
        let detail = "The password is right. A code of the second factor is needed besides.";
        return Err(Problem::unauthenticated_because("code_required", detail));
    }
    Ok(asked == Asked::Shown)
}
