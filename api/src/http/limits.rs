//! What the edge takes from anybody, checked before a handler is found.

use axum::extract::Request;
use axum::http::header::{AUTHORIZATION, CONTENT_LENGTH};
use axum::http::{HeaderMap, StatusCode};

use super::json::body_too_large;
use super::problem::Problem;
use crate::airtable;

/// Bytes of a body.
pub(super) const BODY_BYTES_MAX: usize = 1024 * 1024;
/// Bytes of a body of Airtable's API: files come in there as text.
pub(crate) const AIRTABLE_BODY_BYTES_MAX: usize = 10 * 1024 * 1024;
/// Nesting of a body in JSON; the log keeps no more.
pub(super) const JSON_DEPTH_MAX: usize = eventstore::limits::JSON_DEPTH_MAX;
/// Bytes of path and query.
const URL_BYTES_MAX: usize = 8 * 1024;
/// The same in Airtable's API: its clients ask by POST from 16,000 on.
const AIRTABLE_URL_BYTES_MAX: usize = 16 * 1024;
/// Header fields. The listener ends connections that send more than it can count.
const HEADERS_MAX: usize = 64;
/// Bytes of all header fields, names and values.
const HEADERS_BYTES_MAX: usize = 16 * 1024;

pub(super) fn check(request: &Request) -> Result<(), Problem> {
    let (url_bytes_max, body_bytes_max) = match airtable::is_asked(request.uri().path()) {
        true => (AIRTABLE_URL_BYTES_MAX, AIRTABLE_BODY_BYTES_MAX),
        false => (URL_BYTES_MAX, BODY_BYTES_MAX),
    };
    if url_bytes(request) > url_bytes_max {
        let detail = format!("Path and query have at most {url_bytes_max} bytes.");
        return Err(Problem::new(StatusCode::URI_TOO_LONG, "url_too_long", detail));
    }
    check_headers(request.headers())?;
    match declared_bytes(request.headers()) {
        Some(bytes) if bytes > body_bytes_max as u64 => Err(body_too_large(body_bytes_max)),
        _ => Ok(()),
    }
}

fn url_bytes(request: &Request) -> usize {
    request.uri().path_and_query().map_or(0, |text| text.as_str().len())
}

fn check_headers(headers: &HeaderMap) -> Result<(), Problem> {
    let bytes: usize = headers.iter().map(|(name, value)| name.as_str().len() + value.len()).sum();
    if headers.len() > HEADERS_MAX || bytes > HEADERS_BYTES_MAX {
        let detail =
            format!("A request has at most {HEADERS_MAX} header fields of {HEADERS_BYTES_MAX} bytes in all.");
        return Err(Problem::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "headers_too_large", detail));
    }
    // Who is meant when two say who they are is anybody's guess.
    if headers.get_all(AUTHORIZATION).iter().nth(1).is_some() {
        return Err(Problem::malformed("duplicate_authorization", "Authorization is sent once."));
    }
    Ok(())
}

/// A body without a length is measured while it is read.
fn declared_bytes(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
}
