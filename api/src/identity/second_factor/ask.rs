//! Whether somebody shows a code of their second factor, where they have one. Each code counts once.

use domain::identity::User;
use domain::identity::user::{SecondFactor, UserCommand};
use domain::secret::Secret;
use eventstore::execute::Plan;
use jiff::Timestamp;

use super::{recovery, totp, wrong_code};
use crate::Api;
use crate::http::{Call, Problem};
use crate::identity::ids;
use crate::identity::user_state::{self, Known};

/// Longest text that is looked at.
const LENGTH_MAX: usize = 64;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Asked {
    /// There is no second factor.
    NotNeeded,
    Shown,
    Missing,
    Wrong,
}

pub async fn ask(
    api: &Api,
    call: &Call,
    known: &Known,
    code: Option<&Secret<String>>,
) -> Result<Asked, Problem> {
    let Some(factor) = &known.details.second_factor else {
        return Ok(Asked::NotNeeded);
    };
    let Some(code) = code.map(Secret::reveal) else {
        return Ok(Asked::Missing);
    };
    let fits = match code.trim() {
        text if text.len() > LENGTH_MAX => false,
        text if totp::is_code(text) => takes(api, known, factor, text).await?,
        text => match recovery::read(text) {
            Some(code) => takes_recovery_code(api, call, known, factor, &code).await?,
            None => false,
        },
    };
    Ok(if fits { Asked::Shown } else { Asked::Wrong })
}

/// The same of somebody who is signed in.
pub async fn ask_again(
    api: &Api,
    call: &Call,
    known: &Known,
    code: Option<&Secret<String>>,
) -> Result<Asked, Problem> {
    match ask(api, call, known, code).await? {
        Asked::Missing => Err(Problem::forbidden_because("code_required", "A code is needed besides.")),
        Asked::Wrong => Err(wrong_code()),
        asked => Ok(asked),
    }
}

async fn takes(api: &Api, known: &Known, factor: &SecondFactor, code: &str) -> Result<bool, Problem> {
    let factors = &api.identity.second_factors;
    let secret = factors.read(&factor.id, &known.id).await?;
    let step = secret.and_then(|secret| totp::step_of(secret.reveal(), code, Timestamp::now()));
    match step {
        Some(step) => Ok(factors.take_step(&factor.id, step).await?),
        None => Ok(false),
    }
}

/// The row first, which is gone then, and the event after it.
async fn takes_recovery_code(
    api: &Api,
    call: &Call,
    known: &Known,
    factor: &SecondFactor,
    code: &str,
) -> Result<bool, Problem> {
    let (set, hash) = (&factor.recovery_codes, recovery::hash(api, &factor.recovery_codes, code));
    if !api.identity.kept.use_recovery_code(set, &known.id, &hash).await? {
        return Ok(false);
    }
    let platform = user_state::platform()?;
    let used = UserCommand::UseRecoveryCode { recovery_codes: set.clone() };
    let plan = Plan::new().decide::<User>(&platform, ids::stream(&known.id)?, used);
    let request = call.unkeyed(&platform).by(known.id.as_str());
    api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(true)
}
