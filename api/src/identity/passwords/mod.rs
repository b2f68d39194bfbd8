//! Passwords: which ones are accepted, how they are kept, and how they are changed.

mod argon;
pub mod change;
pub mod forgotten;
mod hasher;
mod policy;
mod prove;
pub mod prove_again;
mod refused;
pub mod reset;

pub use hasher::{Busy, Hasher};
pub use policy::{Context, Policy};
pub use prove::prove;
pub use refused::refused;

use domain::identity::session::EndReason;
use domain::identity::user::UserCommand;
use domain::identity::{CredentialId, User};
use domain::personal::Personal;
use domain::secret::Secret;
use eventstore::execute::{Plan, Receipt};

use super::ids;
use super::kept::Which;
use super::sessions::ending;
use super::user_state::{self, Known};
use crate::Api;
use crate::http::{Call, Problem};

/// Another password, and what ends with the one before.
struct Replacement<'a> {
    password: Secret<String>,
    sessions: Option<Which<'a>>,
    because: EndReason,
}

/// Gives a person another password: kept first, then named by an event. Devices are trusted no more, and sessions end.
async fn replace(
    api: &Api,
    call: &Call,
    known: &Known,
    replacement: Replacement<'_>,
    naming: impl FnOnce(CredentialId) -> UserCommand,
) -> Result<Receipt, Problem> {
    let Replacement { password, sessions, because } = replacement;
    let (kept, user) = (&api.identity.kept, &known.id);
    let credential: CredentialId = ids::new(ids::CREDENTIAL)?;
    let hash = api.identity.hasher.hash(password).await?;
    kept.keep_credential(&credential, user, &hash).await?;
    kept.drop_devices_of(user).await?;
    let ended = match sessions {
        Some(which) => ending::end(api, user, which, because).await?,
        None => Vec::new(),
    };
    let platform = user_state::platform()?;
    let plan = Plan::new().decide::<User>(&platform, ids::stream(user)?, naming(credential.clone()));
    let plan = ending::told(plan, &platform, &ended, because)?;
    let request = call.unkeyed(&platform).by(user.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    settle(api, &known.details.credential, &credential).await;
    ending::recorded(api, &ended).await;
    Ok(receipt)
}

/// An event names the new one now, so the one before has done its duty. What fails here is no harm: it counts for
/// nothing any more.
async fn settle(api: &Api, before: &CredentialId, now: &CredentialId) {
    let kept = &api.identity.kept;
    for done in [kept.mark_named(now).await, kept.drop_credential(before).await] {
        if let Err(error) = done {
            tracing::warn!(error = eventstore::chain_of(&error), "a credential is not settled yet");
        }
    }
}

/// What a password of a known person may not be.
fn check(api: &Api, known: &Known, password: &Secret<String>, pointer: &str) -> Result<(), Problem> {
    let text = |personal: Option<&Personal<String>>| personal.and_then(|text| text.get().cloned());
    let (email, username) = (text(Some(&known.details.email)), text(known.details.username.as_ref()));
    let context = Context { email: email.as_deref().unwrap_or(""), username: username.as_deref() };
    let policy = Policy { length_min: api.identity.settings.password_length_min };
    let checked = policy.check(password.reveal(), &context);
    checked.map_err(|weakness| Problem::invalid(vec![refused(pointer, weakness)]))
}
