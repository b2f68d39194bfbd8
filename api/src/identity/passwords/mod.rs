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

use domain::identity::CredentialId;
use domain::secret::Secret;

use super::ids;
use super::user_state::Known;
use crate::Api;
use crate::http::Problem;

/// Keeps another password of a person; it counts for nothing until an event names it.
async fn keep(api: &Api, known: &Known, password: Secret<String>) -> Result<CredentialId, Problem> {
    let credential: CredentialId = ids::new(ids::CREDENTIAL)?;
    let hash = api.identity.hasher.hash(password).await?;
    api.identity.kept.keep_credential(&credential, &known.id, &hash).await?;
    Ok(credential)
}

/// An event names the new one now, so the one before has done its duty. What fails here is no harm: it counts for
/// nothing any more.
async fn replace(api: &Api, before: &CredentialId, now: &CredentialId) {
    let kept = &api.identity.kept;
    for done in [kept.mark_named(now).await, kept.drop_credential(before).await] {
        if let Err(error) = done {
            tracing::warn!(error = eventstore::chain_of(&error), "a credential is not settled yet");
        }
    }
}

/// What a password of a known person may not be.
fn check(api: &Api, known: &Known, password: &Secret<String>, pointer: &str) -> Result<(), Problem> {
    let text =
        |personal: Option<&domain::personal::Personal<String>>| personal.and_then(|text| text.get().cloned());
    let (email, username) = (text(Some(&known.details.email)), text(known.details.username.as_ref()));
    let context = Context { email: email.as_deref().unwrap_or(""), username: username.as_deref() };
    let policy = Policy { length_min: api.identity.settings.password_length_min };
    let checked = policy.check(password.reveal(), &context);
    checked.map_err(|weakness| Problem::invalid(vec![refused(pointer, weakness)]))
}
