//! Who may do what: one middleware builds the [`Principal`] of a request and holds every route to the access and the
//! limit that it was declared with. A path that names a workspace is open to those to whom the workspace is; to all others there is
//! nothing at it.

mod administrators;
mod api_keys;
mod bootstrap;
mod cookie;
mod memberships;
mod operators;
mod principal;
mod refusals;
mod required_factor;
mod revocations;
mod same_site;
mod signed;
mod standings;
mod used_up;

pub use api_keys::{ActingKey, ApiKeys, KeyText, Network};
pub use bootstrap::{BootstrapTokens, LIFETIME as BOOTSTRAP_LIFETIME};
pub use cookie::CookieText;
pub use memberships::Memberships;
pub use operators::{LIFETIME_MAX, Operator, OperatorTokenFault, OperatorTokens};
pub use principal::{ActingSession, Principal};
pub use refusals::Refusals;
pub use required_factor::RequiredFactor;
pub use revocations::Revocations;
pub use same_site::check as check_same_site;
pub use same_site::check_stream as check_same_site_of_stream;
pub use signed::{Signed, TokenFault, Use, kid_in, kid_of};
pub use standings::Standings;
pub use used_up::{UsedUp, midnight_after};

use std::collections::HashMap;
use std::sync::Arc;

use axum::extract::{FromRequestParts, Path, Request, State};
use axum::http::header::{AUTHORIZATION, VARY};
use axum::http::request::Parts;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use domain::bases::errors::ApiError;
use domain::identity::membership::Details as Membership;
use domain::identity::{Permission, TenantId, UserId, WorkspaceId};
use jiff::Timestamp;

use refusals::Asker;

use crate::Api;
use crate::airtable;
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
    let admitted = admit(api, guard, &mut parts).await;
    let (is_let_in, asker) = (admitted.is_ok(), Asker::of(api, &parts));
    let mut response = match admitted {
        Err(problem) => refusal(api, problem, &mut parts).await.into_response(),
        Ok(()) => match api.limits.take(guard.rate, &parts).await {
            Ok(told) => told.on(next.run(Request::from_parts(parts, body)).await),
            Err(problem) => problem.into_response(),
        },
    };
    if let Some(asker) = asker.filter(|_| refusals::is_denial(&response, is_let_in)) {
        api.refusals.count(&asker);
    }
    if has_cookie {
        response.headers_mut().append(VARY, same_site::VARY);
    }
    response
}

async fn admit(api: &Api, guard: Guard, parts: &mut Parts) -> Result<(), Problem> {
    match guard.access {
        Access::Anyone => Ok(()),
        Access::SignedIn => admit_to_tenant(api, |_| Ok(()), guard, parts).await,
        // What is a person's own is theirs however their tenant stands.
        Access::Session => {
            admit_principal(api, |who| who.session().map(|_| ()), parts).await?;
            Ok(())
        }
        Access::Needs(permission) => admit_to_tenant(api, |who| needs(who, permission), guard, parts).await,
        Access::Operator => admit_operator(api, parts).await,
    }
}

/// A tenant that is suspended or closed lets nobody in, one that is being closed lets nobody change it, and one that has used up
/// its events of the day lets nobody add to it.
async fn admit_to_tenant(
    api: &Api,
    may: impl Fn(&Principal) -> Result<(), Problem>,
    guard: Guard,
    parts: &mut Parts,
) -> Result<(), Problem> {
    let tenant = admit_principal(api, may, parts).await?;
    let reads_only = guard.while_closing || matches!(parts.method, Method::GET | Method::HEAD);
    api.standings.check_tenant(&tenant, reads_only).await?;
    // Whoever has used up their day can still take back what is a danger to them: keys, members, sessions, links.
    if reads_only || parts.method == Method::DELETE { Ok(()) } else { api.used_up.check(&tenant) }
}

fn needs(who: &Principal, permission: Permission) -> Result<(), Problem> {
    match (who.may(permission), who.role().may(permission)) {
        (true, _) => Ok(()),
        (false, false) => Err(Problem::forbidden()),
        // To Airtable's clients, what a key is not for is not there.
        (false, true) => Err(Problem::forbidden().said_as(ApiError::PermissionsOrModelNotFound)),
    }
}

/// Whoever shows no good credential is told so, until it becomes too many.
async fn refusal(api: &Api, problem: Problem, parts: &mut Parts) -> Problem {
    match problem.status() {
        StatusCode::UNAUTHORIZED => api.limits.take_stranger(parts).err().unwrap_or(problem),
        StatusCode::FORBIDDEN if airtable::is_asked(parts.uri.path()) => {
            airtable::forbidden(api, problem, parts).await
        }
        _ => problem,
    }
}

async fn admit_principal(
    api: &Api,
    may: impl Fn(&Principal) -> Result<(), Problem>,
    parts: &mut Parts,
) -> Result<TenantId, Problem> {
    let principal = remembered(api, parts).await?;
    may(&principal)?;
    if !parts.uri.path().starts_with(ONESELF) {
        api.required_factor.check(&principal).await?;
    }
    check_workspace(&principal, parts).await?;
    Ok(principal.tenant)
}

/// Who asks, also for whoever writes down that they were refused.
async fn remembered(api: &Api, parts: &mut Parts) -> Result<Principal, Problem> {
    let principal = api.identify(parts).await?;
    parts.extensions.insert(principal.clone());
    Ok(principal)
}

/// No role of a tenant is enough: whoever administers the platform operates it, as does whoever holds its keys. Whoever is
/// signed in as somebody else is told so, and everybody else is nobody.
async fn admit_operator(api: &Api, parts: &mut Parts) -> Result<(), Problem> {
    let Some(operator) = operator_of(api, &parts.headers).await? else {
        remembered(api, parts).await?;
        return Err(Problem::forbidden_because("forbidden", "This is for operators of the platform."));
    };
    // What operators look at is of all tenants, so it is said who looked.
    tracing::info!(operator = operator.name, path = parts.uri.path(), "an operator asks");
    parts.extensions.insert(operator);
    Ok(())
}

async fn operator_of(api: &Api, headers: &HeaderMap) -> Result<Option<Operator>, Problem> {
    let Some(token) = bearer(headers) else { return Ok(None) };
    match api.ops.operator(token) {
        Some(operator) => Ok(Some(operator)),
        None => administrators::find(api, token).await,
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
        // Airtable's API knows no cookies.
        let cookie = CookieText::shown(&parts.headers).filter(|_| !airtable::is_asked(parts.uri.path()));
        match (cookie, parts.headers.contains_key(AUTHORIZATION)) {
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
        let membership = self.member(&found.tenant, &found.user).await?;
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
        let membership = self.member(&claims.tid, &claims.sub).await?;
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
        let membership = self.member(&key.tenant, key.details.owner.id()).await?;
        self.api_keys.note_use(&key);
        Ok(Principal::by_key(key, membership))
    }

    /// What somebody who is let in is in a tenant.
    async fn member(&self, tenant: &TenantId, user: &UserId) -> Result<Arc<Membership>, Problem> {
        let membership = async { Ok(self.memberships.of(tenant, user).await?) };
        let (membership, ()) = tokio::try_join!(membership, self.standings.check_person(user))?;
        membership.ok_or_else(Problem::unauthenticated)
    }

    /// Whether whoever follows a tenant, and the tenant itself, are still let in.
    pub async fn lets_in(&self, principal: &Principal) -> Result<bool, Problem> {
        let person = self.standings.check_person(&principal.user);
        let both = tokio::try_join!(person, self.standings.check_tenant(&principal.tenant, true));
        match both {
            Ok(_) => Ok(true),
            Err(problem) if problem.status().is_client_error() => Ok(false),
            Err(problem) => Err(problem),
        }
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
