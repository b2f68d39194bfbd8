//! How the cookie of a session changes: whoever shows who they are gets another, and so nobody goes on with one that was
//! put there, or seen, before.

use axum::http::HeaderMap;
use axum::http::header::SET_COOKIE;

use crate::Api;
use crate::access::{CookieText, Principal};
use crate::http::{AnswerHead, Problem};

/// Gives the session another cookie, where it has one.
pub async fn renewed(api: &Api, principal: &Principal, head: AnswerHead) -> Result<AnswerHead, Problem> {
    if !principal.is_by_cookie() {
        return Ok(head);
    }
    let cookie = CookieText::draw()?;
    api.identity.kept.replace_cookie(principal.session()?, &cookie.hash()).await?;
    Ok(head.with(SET_COOKIE, cookie.to_header()?))
}

/// Ends the session of the cookie that a browser had until now. The sweeper writes its event.
pub async fn end_shown(api: &Api, headers: &HeaderMap) -> Result<(), Problem> {
    let Some(cookie) = CookieText::shown(headers) else { return Ok(()) };
    if let Some(found) = api.identity.kept.session_of_cookie(&cookie.hash()).await? {
        api.identity.kept.revoke_session(&found.id).await?;
        api.revocations.add(&found.id);
    }
    Ok(())
}
