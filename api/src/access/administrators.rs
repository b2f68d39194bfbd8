//! Administrators of the platform, by the tokens of their sessions. They operate it however the tenant stands that they are
//! at work in; a key of theirs is not enough.

use std::time::Duration;

use jiff::Timestamp;

use super::Operator;
use crate::Api;
use crate::http::Problem;

/// How long after showing who they are: no longer than a token of `airtide ops token` is good for.
const PROVEN_WITHIN: Duration = super::LIFETIME_MAX;

/// Nobody, if the token is of no administrator.
pub async fn find(api: &Api, token: &str) -> Result<Option<Operator>, Problem> {
    let Some(claims) = api.identity.tokens.verify(token) else { return Ok(None) };
    if !api.administrators().await?.state.has(&claims.sub) {
        return Ok(None);
    }
    if api.revocations.is_revoked(&claims.sid).await? {
        return Err(Problem::unauthenticated());
    }
    api.standings.check_person(&claims.sub).await?;
    if !api.identity.kept.is_proven_within(&claims.sid, PROVEN_WITHIN).await? {
        return Err(Problem::reauth_required());
    }
    let expires_at = Timestamp::from_second(claims.exp).map_err(|_| Problem::unauthenticated())?;
    Ok(Some(Operator { name: claims.sub.as_str().to_owned(), expires_at, is_administrator: true }))
}
