//! Second factors: codes that change with the time (TOTP, RFC 6238), and recovery codes for when what shows them is lost.

pub mod add;
mod ask;
mod at_sign_in;
mod base32;
pub mod confirm;
mod recovery;
pub mod remove;
pub mod renew_codes;
pub mod show;
mod totp;

pub use ask::{Asked, ask_again};
pub use at_sign_in::at_sign_in;

use ask::ask;

use domain::identity::{RecoveryCodesId, SecondFactorId};

use crate::Api;
use crate::http::Problem;
use crate::identity::user_state::Known;

/// The present factor of a person, where there has to be one.
fn present(known: &Known) -> Result<&domain::identity::user::SecondFactor, Problem> {
    known.details.second_factor.as_ref().ok_or_else(no_factor)
}

fn no_factor() -> Problem {
    Problem::conflict("no_second_factor", "There is no second factor.")
}

fn factor_exists() -> Problem {
    Problem::conflict("second_factor_exists", "There is a second factor already: remove it first.")
}

fn wrong_code() -> Problem {
    Problem::forbidden_because("wrong_code", "This code is wrong, or was used before.")
}

/// An event names them now. What fails here the sweeper does.
async fn settle(api: &Api, factor: Option<&SecondFactorId>, codes: &RecoveryCodesId) {
    if let Some(factor) = factor {
        told(api.identity.second_factors.mark_named(factor).await);
    }
    told(api.identity.kept.mark_recovery_codes_named(codes).await);
}

/// What counts for nothing any more is dropped. What fails here is no harm.
fn told(done: sqlx::Result<()>) {
    if let Err(error) = done {
        tracing::warn!(error = eventstore::chain_of(&error), "a second factor is not settled yet");
    }
}
