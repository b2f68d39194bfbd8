//! One request as commands see it: its key, what it asks for, and the trace it belongs to.

use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{Method, StatusCode, Uri};
use domain::identity::{ApiKeyId, TenantId};
use eventstore::execute::{CommandError, Executor, Receipt, Request};
use serde::Serialize;

use super::answer::AnswerHead;
use super::idempotency::{self, IdempotencyKey};
use super::problem::Problem;
use super::request_id::RequestId;
use super::trace::Trace;
use crate::Api;
use crate::access::Principal;

pub struct Call {
    key: IdempotencyKey,
    method: Method,
    uri: Uri,
    trace: Option<Trace>,
    api_key: Option<ApiKeyId>,
    request_id: Option<String>,
    network: Option<String>,
    /// Whether the command goes under the key. Only then may the answer promise it.
    keyed: AtomicBool,
}

impl Call {
    /// A command under the caller's key, or the one that was drawn for it: sent again, it is carried out once.
    /// `body` is everything that was asked, besides the path.
    pub fn request<T: Serialize>(
        &self,
        executor: &Executor,
        tenant: &TenantId,
        principal: &str,
        body: &T,
    ) -> Result<Request, Problem> {
        let operation = format!("{} {}", self.method, self.uri.path());
        let fingerprint = executor.fingerprint(&operation, body)?;
        self.keyed.store(true, Ordering::Relaxed);
        let request = self.circumstances(tenant, principal);
        Ok(request.keyed(principal, self.key.as_str(), fingerprint))
    }

    /// A command that may happen twice when it is asked for twice.
    pub fn unkeyed(&self, tenant: &TenantId) -> Request {
        self.circumstances(tenant, "")
    }

    /// The head of the answer to a command: position, version, and whether this is a replay.
    pub fn answer(&self, receipt: &Receipt, status: StatusCode) -> AnswerHead {
        let head = AnswerHead::new(status).receipt(receipt);
        if self.is_keyed() { head.with(idempotency::HEADER, self.key.to_header()) } else { head }
    }

    pub fn problem(&self, error: CommandError) -> Problem {
        self.explain(Problem::from(error))
    }

    /// A problem that says more than the error it comes from, under the same key.
    pub fn explain(&self, problem: Problem) -> Problem {
        if self.is_keyed() { problem.with(idempotency::HEADER, self.key.to_header()) } else { problem }
    }

    fn is_keyed(&self) -> bool {
        self.keyed.load(Ordering::Relaxed)
    }

    fn circumstances(&self, tenant: &TenantId, principal: &str) -> Request {
        let request = Request::new(tenant.clone(), principal);
        Request {
            traceparent: self.traceparent(),
            api_key: self.api_key.clone(),
            request_id: self.request_id.clone(),
            network: self.network.clone(),
            ..request
        }
    }

    fn traceparent(&self) -> Option<String> {
        self.trace.map(|trace| trace.to_string())
    }
}

impl FromRequestParts<Api> for Call {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, api: &Api) -> Result<Self, Problem> {
        Ok(Self {
            key: IdempotencyKey::from_request_parts(parts, api).await?,
            method: parts.method.clone(),
            uri: parts.uri.clone(),
            trace: parts.extensions.get().copied(),
            api_key: parts.extensions.get::<Principal>().and_then(Principal::key).map(|key| key.id.clone()),
            request_id: parts.extensions.get::<RequestId>().map(|id| id.as_str().to_owned()),
            network: api.limits.noted_network(parts),
            keyed: AtomicBool::new(false),
        })
    }
}
