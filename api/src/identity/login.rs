//! `POST /auth/login`. Reads nothing that lags behind: the reservation of the name, the stream of the person it leads
//! to, the credential that the stream names. Unknown names and wrong passwords get the same answer after the same work,
//! and the same limits: a try that is one too many is refused before any work is done.

use std::time::Duration;

use axum::extract::State;
use axum::http::header::SET_COOKIE;
use axum::http::{HeaderMap, Method, StatusCode};
use axum::response::Response;
use domain::identity::session::SessionCommand;
use domain::identity::{Role, Session, SessionId, TenantId, UserId};
use domain::secret::Secret;
use eventstore::execute::{Plan, Receipt};
use serde::{Deserialize, Serialize};
use tokio::time::{Instant, sleep_until};
use utoipa::ToSchema;

use super::answers::{SignedIn, UserShown};
use super::devices::{self, Device};
use super::reserved::Identifier;
use super::sessions::{Client, cookies};
use super::tokens::Bearer;
use super::user_state::{self, Known};
use super::{failed_sign_ins, ids, kept, passwords, second_factor};
use crate::Api;
use crate::access::{CookieText, check_same_site};
use crate::http::{Call, FieldError, Json, Problem};
use crate::limits::{Caller, Try};

/// Who nobody is, so that looking for nobody takes the same steps as looking for somebody.
pub const NOBODY: &str = "usr_nobody";
const TICK: Duration = Duration::from_millis(25);

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Credentials {
    #[schema(example = "ana@example.org")]
    email: Option<String>,
    /// A user name, or an e-mail address.
    username: Option<String>,
    /// The same as `username`.
    identifier: Option<String>,
    #[schema(value_type = String, format = Password, example = "orchard in the rain")]
    password: Secret<String>,
    /// Of your second factor, where you have one; or a recovery code.
    #[schema(value_type = Option<String>, format = Password, example = "123456")]
    code: Option<Secret<String>>,
    /// What the session is shown by: tokens in the answer, unless said otherwise, or a cookie for pages of this origin.
    #[serde(default)]
    session: ShownBy,
    /// The tenant to sign in to; else the one used last.
    #[schema(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// What signing in on this device answered with before: too many tries of others do not keep it out.
    #[schema(value_type = Option<String>)]
    device_token: Option<Secret<String>>,
}

/// What a session is shown by.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum ShownBy {
    #[default]
    Tokens,
    Cookie,
}

/// Sign in
///
/// One of `email`, `username` and `identifier` says who; each of the latter two may be an address or a user name.
/// Whoever has a second factor and shows the right password is asked for a code: send the same again with one.
#[utoipa::path(
    post, path = "/auth/login", tag = "identity", request_body = Credentials,
    responses(
        (status = 200, description = "Signed in", body = SignedIn),
        (status = 401, description = "`wrong_credentials`, `code_required`, `wrong_code`", body = Problem, content_type = "application/problem+json"),
        (status = 403, description = "`suspended`, `email_not_verified`, `not_a_member`, `cross_site`", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn login(
    State(api): State<Api>,
    call: Call,
    client: Client,
    Caller(network): Caller,
    headers: HeaderMap,
    Json(body): Json<Credentials>,
) -> Result<Response, Problem> {
    let by = body.session;
    if by == ShownBy::Cookie {
        check_same_site(&Method::POST, &headers)?;
    }
    let said = said(&body)?.to_owned();
    let identifier = Identifier::of(&said);
    let name = name_of(identifier.as_ref(), &said);
    let device = devices::trusted(&api, body.device_token.as_ref(), identifier.as_ref()).await?;
    let made = match &device {
        Some(device) => api.limits.try_from_device(&device.name()).await?,
        None => api.limits.try_to_sign_in(&name, network).await?,
    };
    let trying = Trying { made: &made, name: &name, device };
    let answer = sign_in(&api, &call, &client, body, identifier, trying).await;
    if by == ShownBy::Cookie && answer.is_ok() {
        cookies::end_shown(&api, &headers).await?;
    }
    Ok(made.tell(answer))
}

/// What tries are counted under, whether it is anybody's name or not.
fn name_of(identifier: Option<&Identifier>, said: &str) -> String {
    match identifier {
        Some(identifier) => format!("{} {}", identifier.kind(), identifier.text()),
        None => format!("none {said}"),
    }
}

/// A try, and what it is counted under.
struct Trying<'a> {
    made: &'a Try,
    name: &'a str,
    /// From which it comes, if that is trusted.
    device: Option<Device>,
}

async fn sign_in(
    api: &Api,
    call: &Call,
    client: &Client,
    body: Credentials,
    identifier: Option<Identifier>,
    trying: Trying<'_>,
) -> Result<Response, Problem> {
    let begun = Instant::now();
    let known = look_up(api, identifier.as_ref()).await?;
    // What to answer is looked for while the password is hashed, which takes longer than all the rest.
    let (proven, place) = tokio::join!(
        passwords::prove(api, known.as_ref(), body.password),
        place_of(api, known.as_ref(), body.tenant),
    );
    let user = known.as_ref().map(|known| known.id.clone());
    let (Some(known), true) = (known, proven?) else {
        failed_sign_ins::count(api, call, trying.name, user)?;
        until_the_next_tick(begun).await;
        return Err(wrong_credentials());
    };
    let with_code = second_factor::at_sign_in(api, call, &known, body.code.as_ref(), trying.made).await?;
    if known.details.suspended {
        return Err(Problem::suspended());
    }
    is_proven(&known)?;
    let place = place?;
    let cookie = (body.session == ShownBy::Cookie).then(CookieText::draw).transpose()?;
    let new = NewSession { known: &known, tenant: &place.tenant, client, with_code, cookie: cookie.as_ref() };
    let (session, receipt) = start_session(api, call, &new).await?;
    let device_token = devices::trust(api, &known.id, trying.device).await;
    let signing = Signing { session, refresh: Some(0), with_code, by_cookie: cookie.is_some() };
    let signed_in = SignedIn { device_token, ..signed_in(api, known, place, signing)? };
    let head = call.answer(&receipt, StatusCode::OK);
    let head = match cookie {
        Some(cookie) => head.with(SET_COOKIE, cookie.to_header()?),
        None => head,
    };
    Ok(head.json(&signed_in))
}

fn is_proven(known: &Known) -> Result<(), Problem> {
    let problem =
        || Problem::forbidden_because("email_not_verified", "The e-mail address is not proven yet.");
    if known.details.email_verified { Ok(()) } else { Err(problem()) }
}

/// The same steps take a little longer for somebody than for nobody. Refusals come at ticks, which hide by how much.
pub async fn until_the_next_tick(begun: Instant) {
    let ticks = begun.elapsed().as_micros() / TICK.as_micros() + 1;
    sleep_until(begun + TICK * u32::try_from(ticks).unwrap_or(u32::MAX)).await;
}

/// The one text that says who.
fn said(body: &Credentials) -> Result<&str, Problem> {
    let mut said = [&body.email, &body.username, &body.identifier].into_iter().flatten();
    match (said.next(), said.next()) {
        (Some(text), None) => Ok(text),
        _ => {
            let detail = "Exactly one of email, username and identifier says who signs in.";
            Err(Problem::invalid(vec![FieldError::new("", "identifier_required", detail)]))
        }
    }
}

pub async fn look_up(api: &Api, identifier: Option<&Identifier>) -> Result<Option<Known>, Problem> {
    let owner = match identifier {
        Some(identifier) => {
            let key = identifier.key(&api.executor);
            api.identity.kept.owner_of(identifier.kind(), &key).await?
        }
        None => None,
    };
    let user: UserId = ids::checked(owner.as_deref().unwrap_or(NOBODY))?;
    api.user(&user).await
}

fn wrong_credentials() -> Problem {
    Problem::unauthenticated_because(
        "wrong_credentials",
        "This name and this password do not belong together.",
    )
}

/// Where somebody is signed in to, and as what.
pub struct Place {
    tenant: TenantId,
    role: Role,
}

/// The tenant that was asked for, or else the one used last.
pub async fn place_of(api: &Api, known: Option<&Known>, asked: Option<TenantId>) -> Result<Place, Problem> {
    let not_a_member = || Problem::forbidden_because("not_a_member", "You are no member of this tenant.");
    let known = known.ok_or_else(not_a_member)?;
    let tenant = match asked {
        Some(asked) => {
            Some(asked).filter(|asked| known.details.tenants.contains(asked)).ok_or_else(not_a_member)?
        }
        None => last_tenant(api, known).await?,
    };
    let membership = api.memberships.of(&tenant, &known.id).await?.ok_or_else(not_a_member)?;
    Ok(Place { tenant, role: membership.role })
}

/// Of the tenants they still belong to.
async fn last_tenant(api: &Api, known: &Known) -> Result<TenantId, Problem> {
    let last = api.identity.kept.last_tenant(&known.id).await?.and_then(|last| TenantId::new(last).ok());
    let last = last.filter(|last| known.details.tenants.contains(last));
    let chosen = last.or_else(|| known.details.tenants.first().cloned());
    chosen.ok_or_else(|| Problem::forbidden_because("not_a_member", "You are no member of any tenant."))
}

/// A sign-in that succeeded.
struct NewSession<'a> {
    known: &'a Known,
    tenant: &'a TenantId,
    client: &'a Client,
    with_code: bool,
    cookie: Option<&'a CookieText>,
}

/// The row first, which is inert until the event names it.
async fn start_session(
    api: &Api,
    call: &Call,
    new: &NewSession<'_>,
) -> Result<(SessionId, Receipt), Problem> {
    let NewSession { known, tenant, client, with_code, cookie } = *new;
    let hash = cookie.map(CookieText::hash);
    let cookie = hash.as_ref().map(|hash| hash.as_slice());
    let id: SessionId = ids::new(ids::SESSION)?;
    let row = kept::Session { id: &id, user: &known.id, tenant, client: client.name(), with_code, cookie };
    api.identity.kept.keep_session(&row).await?;
    let start = SessionCommand::Start { user: known.id.clone(), tenant: tenant.clone() };
    let platform = user_state::platform()?;
    let plan = Plan::new().create::<Session>(&platform, ids::stream(&id)?, start);
    // Each sign-in is one of its own: nothing would be gained by answering two with one session.
    let request = call.unkeyed(&platform).by(known.id.as_str());
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    // The sweeper writes the events of those that make room.
    let ended = api.identity.kept.revoke_oldest_sessions(&known.id).await?;
    ended.iter().for_each(|session| api.revocations.add(session));
    Ok((id, receipt))
}

/// What tokens are made for.
pub struct Signing {
    pub session: SessionId,
    /// The number of the refresh token, where there is a new one.
    pub refresh: Option<i64>,
    /// Whether a code was shown besides the password.
    pub with_code: bool,
    /// Whether the session is shown by a cookie, and no token is made.
    pub by_cookie: bool,
}

/// What a person gets who is signed in.
pub fn signed_in(api: &Api, known: Known, place: Place, signing: Signing) -> Result<SignedIn, Problem> {
    let Signing { session, refresh, with_code, by_cookie } = signing;
    let mut answer = SignedIn {
        access_token: None,
        token_type: None,
        expires_in: None,
        refresh_token: None,
        tenant: place.tenant.clone(),
        role: place.role,
        device_token: None,
        user: UserShown::from(known),
    };
    if !by_cookie {
        let refresh_token = refresh.map(|number| api.identity.refresh_tokens.issue(&session, number));
        let bearer = Bearer { user: answer.user.id.clone(), tenant: place.tenant, session, with_code };
        let issued = api.identity.tokens.issue(bearer)?;
        answer = SignedIn {
            access_token: Some(issued.token),
            token_type: Some("Bearer"),
            expires_in: Some(issued.expires_in),
            refresh_token,
            ..answer
        };
    }
    Ok(answer)
}
