//! What is asked before an act that a stolen key or a session that was left open must not be enough for.

use std::time::Duration;

use crate::Api;
use crate::access::Principal;
use crate::http::Problem;

/// How long somebody who has proven who they are need not do so again.
const PROVEN_WITHIN: Duration = Duration::from_secs(10 * 60);

/// A person, who has shown of late that they are one.
pub async fn proven(api: &Api, principal: &Principal) -> Result<(), Problem> {
    match api.identity.kept.is_proven_within(principal.session()?, PROVEN_WITHIN).await? {
        true => Ok(()),
        false => Err(Problem::reauth_required()),
    }
}
