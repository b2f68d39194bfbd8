//! Pages of other origins: those on an exact list may call, all others get answers that browsers keep from them.
//!
//! Credentials are never allowed: such a page sends a token. A cookie is for pages of our own.

use axum::extract::Request;
use axum::http::header::{
    ACCESS_CONTROL_ALLOW_HEADERS, ACCESS_CONTROL_ALLOW_METHODS, ACCESS_CONTROL_ALLOW_ORIGIN,
    ACCESS_CONTROL_EXPOSE_HEADERS, ACCESS_CONTROL_MAX_AGE, ACCESS_CONTROL_REQUEST_METHOD, ORIGIN, VARY,
};
use axum::http::{HeaderMap, HeaderValue, Method, StatusCode};
use axum::response::{IntoResponse, Response};

use super::problem::Problem;

const METHODS: HeaderValue = HeaderValue::from_static("GET, HEAD, POST, PUT, PATCH, DELETE");
const REQUEST_HEADERS: HeaderValue = HeaderValue::from_static(
    "authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, traceparent, x-request-id, \
     x-airtable-application-id, x-airtable-user-agent, x-api-version, x-requested-with",
);
const ANSWER_HEADERS: HeaderValue = HeaderValue::from_static(
    "airtide-position, etag, idempotency-key, idempotency-replayed, location, ratelimit, ratelimit-policy, retry-after, traceparent, x-request-id",
);
/// Seconds that a browser may remember the answer to its question.
const MAX_AGE: HeaderValue = HeaderValue::from_static("600");

/// Where a request comes from, as far as this matters.
pub(super) enum Origin {
    /// No page of another origin, or none that says so.
    Own,
    Listed(HeaderValue),
    Foreign,
}

pub(super) fn origin(headers: &HeaderMap, allowed: &[HeaderValue]) -> Origin {
    let mut sent = headers.get_all(ORIGIN).iter();
    match (sent.next(), sent.next()) {
        (None, _) => Origin::Own,
        (Some(origin), None) => match allowed.iter().find(|allowed| *allowed == origin) {
            Some(allowed) => Origin::Listed(allowed.clone()),
            None => Origin::Foreign,
        },
        _ => Origin::Foreign,
    }
}

/// The answer to a browser that asks before it sends.
pub(super) fn preflight(request: &Request, origin: &Origin) -> Option<Response> {
    let asks =
        request.method() == Method::OPTIONS && request.headers().contains_key(ACCESS_CONTROL_REQUEST_METHOD);
    match origin {
        _ if !asks => None,
        Origin::Own => None,
        Origin::Foreign => {
            let detail = "Pages of this origin may not call here.";
            Some(Problem::forbidden_because("origin_not_allowed", detail).into_response())
        }
        Origin::Listed(_) => {
            let headers = [
                (ACCESS_CONTROL_ALLOW_METHODS, METHODS),
                (ACCESS_CONTROL_ALLOW_HEADERS, REQUEST_HEADERS),
                (ACCESS_CONTROL_MAX_AGE, MAX_AGE),
            ];
            Some((StatusCode::NO_CONTENT, headers).into_response())
        }
    }
}

pub(super) fn add(headers: &mut HeaderMap, origin: Origin) {
    match origin {
        Origin::Own => {}
        Origin::Foreign => {
            headers.append(VARY, HeaderValue::from_static("Origin"));
        }
        Origin::Listed(origin) => {
            headers.append(VARY, HeaderValue::from_static("Origin"));
            headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(ACCESS_CONTROL_EXPOSE_HEADERS, ANSWER_HEADERS);
        }
    }
}
