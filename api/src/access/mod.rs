//! Who may do what: one middleware builds the [`Principal`] of a request and holds every route to the access and the
//! limit that it was declared with. A path that names a workspace is open to those to whom the workspace is; to all others there is
//! nothing at it.

mod api_keys;
mod cookie;
mod memberships;
mod operators;
mod principal;
mod required_factor;
mod revocations;
mod same_site;
mod signed;

pub use api_keys::{ActingKey, ApiKeys, KeyText, Network};
pub use cookie::CookieText;
pub use memberships::Memberships;
pub use operators::{LIFETIME_MAX, Operator, OperatorTokenFault, OperatorTokens};
pub use principal::{ActingSession, Principal};
pub use required_factor::RequiredFactor;
pub use revocations::Revocations;
pub use same_site::check as check_same_site;
pub use same_site::check_stream as check_same_site_of_stream;
pub use signed::{Signed, TokenFault, Use, kid_in, kid_of};

use std::collections::HashMap;

use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::header::{AUTHORIZATION, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::identity::{Permission, WorkspaceId};
use jiff::Timestamp;

use crate::Api;
use crate::http::{Access, Guard, Problem};

/// The name of the path segment that names a workspace, on every route that has one.
const WORKSPACE: &str = "workspace";
/// What lies below it is about oneself, and no tenant's: among it, what somebody needs to get a second factor.
const ONESELF: &str = "/auth/";

/// Lets a request through to a route, or not.
pub async fn check(State((api, guard)): State<(Api, Guard)>, request: Request, next: Next) -> Response {
    if let Err(problem) = api.away.admit() {
        return problem.into_response();
    }
    let response = answer(&api, guard, request, next).await;
    api.away.hear(&response);
    response
}

async fn answer(api: &Api, guard: Guard, request: Request, next: Next) -> Response {
    let (mut parts, body) = request.into_parts();
    let has_cookie = CookieText::shown(&parts.headers).is_some();
    let mut response = match admit(api, guard.access, &mut parts).await {
        Err(problem) => refusal(api, problem, &parts).into_response(),
        Ok(()) => match api.limits.take(guard.rate, &parts).await {
            Ok(told) => told.on(next.run(Request::from_parts(parts, body)).await),
            Err(problem) => problem.into_response(),
        },
    };
    if has_cookie {
        response.headers_mut().append(VARY, same_site::VARY);
    }
    response
}

async fn admit(api: &Api, access: Access, parts: &mut Parts) -> Result<(), Problem> {
    match access {
        Access::Anyone => Ok(()),
        Access::SignedIn => admit_principal(api, |_| Ok(()), parts).await,
        Access::Session => admit_principal(api, |who| who.session().map(|_| ()), parts).await,
        Access::Needs(permission) => admit_principal(api, |who| needs(who, permission), parts).await,
        Access::Operator => admit_operator(api, parts).await,
    }
}

fn needs(who: &Principal, permission: Permission) -> Result<(), Problem> {
    if who.may(permission) { Ok(()) } else { Err(Problem::forbidden()) }
}

/// Whoever shows no good credential is told so, until it becomes too many.
fn refusal(api: &Api, problem: Problem, parts: &Parts) -> Problem {
    match problem.status() {
        StatusCode::UNAUTHORIZED => api.limits.take_stranger(parts).err().unwrap_or(problem),
        _ => problem,
    }
}

async fn admit_principal(
    api: &Api,
    may: impl Fn(&Principal) -> Result<(), Problem>,
    parts: &mut Parts,
) -> Result<(), Problem> {
    let principal = api.identify(parts).await?;
    may(&principal)?;
    if !parts.uri.path().starts_with(ONESELF) {
        api.required_factor.check(&principal).await?;
    }
    check_workspace(&principal, parts).await?;
    parts.extensions.insert(principal);
    Ok(())
}

/// No role of a tenant is enough: whoever is signed in as somebody is told so, and everybody else is nobody.
async fn admit_operator(api: &Api, parts: &mut Parts) -> Result<(), Problem> {
    match bearer(&parts.headers).and_then(|token| api.ops.operator(token)) {
        Some(operator) => {
            // What operators look at is of all tenants, so it is said who looked.
            tracing::info!(operator = operator.name, path = parts.uri.path(), "an operator asks");
            parts.extensions.insert(operator);
            Ok(())
        }
        None => match api.identify(parts).await {
            Ok(_) => Err(Problem::forbidden_because("forbidden", "This is for operators of the platform.")),
            Err(problem) => Err(problem),
        },
    }
}

async fn check_workspace(principal: &Principal, parts: &mut Parts) -> Result<(), Problem> {
    let Ok(Path(mut path)) = Path::<HashMap<String, String>>::from_request_parts(parts, &()).await else {
        return Err(Problem::not_found());
    };
    let Some(named) = path.remove(WORKSPACE) else {
        return Ok(());
    };
    match WorkspaceId::new(named) {
        Ok(workspace) if principal.opens(&workspace) => Ok(()),
        _ => Err(Problem::not_found()),
    }
}

impl Api {
    /// Whose credential a request carries.
    pub async fn identify(&self, parts: &Parts) -> Result<Principal, Problem> {
        match (CookieText::shown(&parts.headers), parts.headers.contains_key(AUTHORIZATION)) {
            (Some(_), true) => Err(two_credentials()),
            (Some(cookie), false) => self.principal_of_cookie(&cookie, parts).await,
            (None, _) => {
                let token = bearer(&parts.headers).ok_or_else(Problem::unauthenticated)?;
                self.principal_of(token, parts).await
            }
        }
    }

    /// The row says everything, so what was revoked a moment ago is good for nothing.
    async fn principal_of_cookie(&self, cookie: &CookieText, parts: &Parts) -> Result<Principal, Problem> {
        let found = self.identity.kept.session_of_cookie(&cookie.hash()).await?;
        let found = found.ok_or_else(Problem::unauthenticated)?;
        check_same_site(&parts.method, &parts.headers)?;
        if found.is_use_due {
            self.identity.kept.note_use_of_cookie(&found.id).await?;
        }
        let membership = self.memberships.of(&found.tenant, &found.user).await?;
        let membership = membership.ok_or_else(Problem::unauthenticated)?;
        let session = ActingSession { id: found.id, with_code: found.with_code, by_cookie: true };
        Ok(Principal::new(found.tenant, session, found.expires_at, membership))
    }

    /// Who a credential speaks for at this moment: it holds, and whoever it is of is a member of its tenant.
    async fn principal_of(&self, token: &str, parts: &Parts) -> Result<Principal, Problem> {
        if KeyText::looks_like_one(token) {
            return self.principal_of_key(token, parts).await;
        }
        let claims = self.identity.tokens.verify(token).ok_or_else(Problem::unauthenticated)?;
        if self.revocations.is_revoked(&claims.sid).await? {
            return Err(Problem::unauthenticated());
        }
        let membership = self.memberships.of(&claims.tid, &claims.sub).await?;
        let membership = membership.ok_or_else(Problem::unauthenticated)?;
        let expires_at = Timestamp::from_second(claims.exp).map_err(|_| Problem::unauthenticated())?;
        let session = ActingSession { with_code: claims.with_code(), id: claims.sid, by_cookie: false };
        Ok(Principal::new(claims.tid, session, expires_at, membership))
    }

    async fn principal_of_key(&self, token: &str, parts: &Parts) -> Result<Principal, Problem> {
        let text = KeyText::read(token).ok_or_else(Problem::unauthenticated)?;
        let key = self.api_keys.find(&text.key, &text.hash()).await?.ok_or_else(Problem::unauthenticated)?;
        if !key.is_open_from(self.limits.address(parts)?) {
            return Err(Problem::forbidden_because(
                "network_not_allowed",
                "This key may not be used from here.",
            ));
        }
        let membership = self.memberships.of(&key.tenant, key.details.owner.id()).await?;
        let membership = membership.ok_or_else(Problem::unauthenticated)?;
        self.api_keys.note_use(&key);
        Ok(Principal::by_key(key, membership))
    }

    /// Whether what somebody showed a while ago is still good.
    pub async fn still_holds(&self, principal: &Principal) -> Result<bool, Problem> {
        let is_good = match principal.key() {
            Some(key) => self.api_keys.find(&key.id, &key.hash).await?.is_some(),
            None => !self.revocations.is_revoked(principal.session()?).await?,
        };
        Ok(is_good && self.required_factor.is_met(principal).await?)
    }
}

fn two_credentials() -> Problem {
    Problem::malformed("two_credentials", "A cookie and an Authorization are two credentials: send one.")
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let mut found = headers.get_all(AUTHORIZATION).iter();
    let (first, second) = (found.next()?, found.next());
    let (scheme, token) = first.to_str().ok()?.split_once(' ')?;
    (second.is_none() && scheme.eq_ignore_ascii_case("bearer")).then(|| token.trim())
}

/// What a handler takes to know who asks. On a route for anyone there is nobody, and this is refused.
impl<S: Send + Sync> FromRequestParts<S> for Principal {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Problem> {
        parts.extensions.get::<Principal>().cloned().ok_or_else(Problem::unauthenticated)
    }
}
