//! What a link in a mail leads to. One that was forged, has ended or was used gets one and the same answer.

use domain::identity::ProofId;
use domain::identity::proof::Purpose;
use domain::secret::Secret;
use jiff::Timestamp;

use crate::Api;
use crate::http::Problem;
use crate::identity::ids;
use crate::identity::user_state::Known;

/// Whose link it is, and the proof that it shows. Whether that is still waited for is asked of the person.
pub async fn open(api: &Api, purpose: Purpose, token: &Secret<String>) -> Result<(Known, ProofId), Problem> {
    let link = api.identity.mailed_links.read(purpose, token).ok_or_else(spent)?;
    if !purpose.holds(&link.proof, Timestamp::now()) {
        return Err(spent());
    }
    let known = api.user(&ids::checked(link.stream.as_str())?).await?;
    // Whoever is kept out is not let in by a mail either.
    let known = known.filter(|known| !known.details.suspended).ok_or_else(spent)?;
    Ok((known, link.proof))
}

pub fn spent() -> Problem {
    Problem::conflict("link_spent", "This link has ended, was used, or a newer one was sent.")
}
