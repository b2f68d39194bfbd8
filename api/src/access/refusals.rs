//! What callers who are signed in were refused. Each is counted in memory and, once a second, in the table of failures; the
//! log is told only when there are ten times as many as it was told of before, so that nobody makes it grow by asking.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use axum::extract::MatchedPath;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode};
use axum::response::Response;
use domain::identity::Membership;
use domain::identity::membership::MembershipCommand;
use eventstore::chain_of;
use eventstore::event::StreamId;
use eventstore::execute::{CommandError, Executor, Plan, Request};
use tokio::task::JoinHandle;

use super::Principal;
use crate::Api;
use crate::http::{Problem, RequestId, Trace};
use crate::identity::kept::{Failing, KeptTables};
use crate::limits::noted;

const EVERY: Duration = Duration::from_secs(1);
/// Callers and operations that are counted in that time; what is beyond them is not.
const COUNTED_MAX: usize = 10_000;
/// Codes of 403 that say that somebody may not. The others are about what comes first, or about the time.
const DENIALS: &[&str] =
    &["forbidden", "not_a_member", "role_above_yours", "second_factor_required", "session_required"];

/// Somebody who is signed in and asks for something: kept until it is known whether they get it.
pub struct Asker {
    principal: Principal,
    method: Method,
    route: MatchedPath,
    address: Option<IpAddr>,
    request_id: Option<RequestId>,
    trace: Option<Trace>,
}

impl Asker {
    pub fn of(api: &Api, parts: &Parts) -> Option<Self> {
        Some(Self {
            principal: parts.extensions.get::<Principal>()?.clone(),
            method: parts.method.clone(),
            route: parts.extensions.get::<MatchedPath>()?.clone(),
            address: api.limits.address(parts).ok(),
            request_id: parts.extensions.get::<RequestId>().cloned(),
            trace: parts.extensions.get().copied(),
        })
    }

    fn request(&self) -> Request {
        let Principal { tenant, user, .. } = &self.principal;
        Request {
            traceparent: self.trace.map(|trace| trace.to_string()),
            api_key: self.principal.key().map(|key| key.id.clone()),
            request_id: self.request_id.as_ref().map(|id| id.as_str().to_owned()),
            network: self.address.map(noted),
            ..Request::new(tenant.clone(), user.as_str())
        }
    }
}

/// Whether an answer says that somebody may not. Before its handler, what is not there is what is not theirs.
pub fn is_denial(response: &Response, is_let_in: bool) -> bool {
    let Some(problem) = response.extensions().get::<Problem>() else { return false };
    match problem.status() {
        StatusCode::FORBIDDEN => DENIALS.contains(&problem.code()),
        status => status == StatusCode::NOT_FOUND && !is_let_in,
    }
}

/// What one caller was refused of one operation since it was counted last, and under which circumstances at the end.
struct Refused {
    operation: String,
    times: i64,
    request: Request,
}

type Counted = HashMap<String, Refused>;

pub struct Refusals {
    counted: Arc<Mutex<Counted>>,
    noting: JoinHandle<()>,
}

impl Refusals {
    pub fn start(kept: KeptTables, executor: Executor) -> Self {
        let counted = Arc::default();
        let noting = tokio::spawn(note_each_second(kept, executor, Arc::clone(&counted)));
        Self { counted, noting }
    }

    pub fn count(&self, asker: &Asker) {
        let request = asker.request();
        let operation = format!("{} {}", asker.method, asker.route.as_str());
        let key = request.api_key.as_ref().map_or("-", |key| key.as_str());
        let what = format!("{} {} {key} {operation}", request.tenant, request.actor);
        let mut counted = self.counted.lock().unwrap_or_else(PoisonError::into_inner);
        let is_full = counted.len() >= COUNTED_MAX;
        match counted.get_mut(&what) {
            Some(refused) => {
                refused.times += 1;
                refused.request = request;
            }
            None if !is_full => {
                counted.insert(what, Refused { operation, times: 1, request });
            }
            None => {}
        }
    }
}

impl Drop for Refusals {
    fn drop(&mut self) {
        self.noting.abort();
    }
}

async fn note_each_second(kept: KeptTables, executor: Executor, counted: Arc<Mutex<Counted>>) {
    loop {
        tokio::time::sleep(EVERY).await;
        let since = std::mem::take(&mut *counted.lock().unwrap_or_else(PoisonError::into_inner));
        for (what, refused) in since {
            if let Err(error) = note(&kept, &executor, &what, refused).await {
                tracing::warn!(error, "what a caller was refused is not counted");
            }
        }
    }
}

async fn note(kept: &KeptTables, executor: &Executor, what: &str, refused: Refused) -> Result<(), String> {
    let Refused { operation, times, request } = refused;
    let key = executor.look_up_key(&format!("refused {what}"));
    let many = kept.count_failures(Failing::Request, &key, times).await.map_err(|error| chain_of(&error))?;
    let Some(refusals) = many else { return Ok(()) };
    let stream = StreamId::new(request.actor.as_str()).map_err(|error| error.to_string())?;
    let command = MembershipCommand::NoteRefusals { operation, refusals };
    let plan = Plan::new().decide::<Membership>(&request.tenant, stream, command);
    match executor.execute(&request, plan).await {
        // They are no member any more.
        Ok(_) | Err(CommandError::Refused(_)) => Ok(()),
        Err(error) => Err(chain_of(&error)),
    }
}

#[cfg(test)]
mod tests {
    use axum::response::IntoResponse;

    use super::*;

    #[test]
    fn a_denial_says_that_somebody_may_not_and_nothing_else_does() {
        for (problem, is_let_in, denies) in [
            (Problem::forbidden(), false, true),
            (Problem::forbidden(), true, true),
            (Problem::session_required(), false, true),
            (Problem::reauth_required(), true, false),
            (Problem::tenant_closing(), false, false),
            (Problem::not_found(), false, true),
            (Problem::not_found(), true, false),
            (Problem::unauthenticated(), false, false),
        ] {
            let code = problem.code();
            assert_eq!(is_denial(&problem.into_response(), is_let_in), denies, "{code}");
        }
        assert!(!is_denial(&StatusCode::FORBIDDEN.into_response(), true));
    }
}
