//! Whether a password is somebody's.

use domain::secret::Secret;

use super::policy::LENGTH_MAX;
use crate::Api;
use crate::http::Problem;
use crate::identity::ids;
use crate::identity::login::NOBODY;
use crate::identity::user_state::Known;

const NO_CREDENTIAL: &str = "crd_nobody";

/// Whether the password is this person's. It is nobody's of nobody, after the same work.
pub async fn prove(api: &Api, known: Option<&Known>, password: Secret<String>) -> Result<bool, Problem> {
    let (credential, user) = match known {
        Some(known) => (known.details.credential.clone(), known.id.clone()),
        None => (ids::checked(NO_CREDENTIAL)?, ids::checked(NOBODY)?),
    };
    let hash = api.identity.kept.password_hash(&credential, &user).await?;
    let fits = password.reveal().len() <= LENGTH_MAX;
    let password = if fits { password } else { Secret::new(String::new()) };
    Ok(api.identity.hasher.verify(password, hash).await? && fits)
}
