//! `GET /v0/attachments/{token}/{name}`.

use axum::body::Body;
use axum::extract::State;
use axum::http::header::{
    ACCEPT_RANGES, ACCESS_CONTROL_ALLOW_ORIGIN, CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH,
    CONTENT_RANGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, ETAG, IF_NONE_MATCH, IF_RANGE, RANGE,
};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use domain::bases::files::UNKNOWN_TYPE;
use domain::bases::ports::BlobFault;
use eventstore::attachment_links::AttachmentLink;
use jiff::Timestamp;
use serde::Deserialize;

use super::outgoing;
use super::range::{Part, part};
use super::shown_as::disposition;
use crate::Api;
use crate::http::{Path, Problem};

/// Of what runs in a page that is a file: nothing.
const NOTHING_RUNS: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'",
);
/// Whether an address has ended or never was one is nobody's business. Unsettled: with what Airtable's host refuses.
const CLOSED: StatusCode = StatusCode::GONE;
const RESOURCE_POLICY: HeaderName = HeaderName::from_static("cross-origin-resource-policy");

#[derive(Deserialize)]
pub struct Segments {
    token: String,
    #[serde(rename = "name")]
    _name: String,
}

/// Get a file
///
/// At the address that a cell names, which is good for two hours at least. `Range` asks for a part.
#[utoipa::path(
    get, path = "/v0/attachments/{token}/{name}", tag = "airtable",
    params(
        ("token" = String, Path, description = "What lets whoever has it in"),
        ("name" = String, Path, description = "What the file is called; for people"),
    ),
    responses(
        (status = 200, description = "The file", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 206, description = "A part of it", body = Vec<u8>, content_type = "application/octet-stream"),
        (status = 410, description = "The address is not good, or not any more: the record names another"),
        (status = 416, description = "There are no such bytes"),
    )
)]
pub async fn serve(
    State(api): State<Api>,
    Path(Segments { token, .. }): Path<Segments>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let now = Timestamp::now();
    let Ok(link) = api.files.links.read(&token, now) else {
        return Ok(CLOSED.into_response());
    };
    let size = api.files.blobs.size(&link.tenant, link.hash).await.map_err(problem)?;
    if is_seen(&headers, &link) {
        return Ok(unchanged(&link, now));
    }
    let part = part(asked(&headers, &link), size);
    let range = match &part {
        Part::All => 0..size,
        Part::Some(range) => range.clone(),
        Part::Beyond => return Ok(beyond(size)),
    };
    let outgoing = api.files.blobs.read(&link.tenant, link.hash, range.clone()).await.map_err(problem)?;
    let mut response = given(&link, range.end - range.start, outgoing::body(outgoing), now);
    if let Part::Some(range) = part {
        *response.status_mut() = StatusCode::PARTIAL_CONTENT;
        let told = format!("bytes {}-{}/{size}", range.start, range.end - 1);
        put(response.headers_mut(), CONTENT_RANGE, &told);
    }
    Ok(response)
}

/// A part of what changed meanwhile is of no use; the bytes of a hash never do.
fn asked<'a>(headers: &'a HeaderMap, link: &AttachmentLink) -> Option<&'a str> {
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let has_changed = text(IF_RANGE).is_some_and(|seen| seen != etag(link));
    text(RANGE).filter(|_| !has_changed)
}

/// The edge compares versions of ours; a hash is none.
fn is_seen(headers: &HeaderMap, link: &AttachmentLink) -> bool {
    let (seen, etag) = (headers.get_all(IF_NONE_MATCH).iter(), etag(link));
    let tags = seen.filter_map(|value| value.to_str().ok()).flat_map(|tags| tags.split(','));
    tags.map(|tag| tag.trim().trim_start_matches("W/")).any(|tag| tag == etag || tag == "*")
}

fn unchanged(link: &AttachmentLink, now: Timestamp) -> Response {
    let mut response = StatusCode::NOT_MODIFIED.into_response();
    let headers = response.headers_mut();
    put(headers, ETAG, &etag(link));
    put(headers, CACHE_CONTROL, &caching(link, now));
    response
}

fn caching(link: &AttachmentLink, now: Timestamp) -> String {
    let seconds = link.good_until.as_second().saturating_sub(now.as_second()).max(0);
    format!("private, max-age={seconds}, immutable")
}

fn etag(link: &AttachmentLink) -> String {
    format!("\"{}\"", link.hash)
}

fn given(link: &AttachmentLink, length: u64, body: Body, now: Timestamp) -> Response {
    let mut response = Response::new(body);
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static(UNKNOWN_TYPE));
    put(headers, CONTENT_TYPE, &link.media_type);
    headers.insert(CONTENT_LENGTH, length.into());
    headers.insert(CONTENT_DISPOSITION, HeaderValue::from_static(disposition(&link.media_type)));
    headers.insert(ACCEPT_RANGES, HeaderValue::from_static("bytes"));
    put(headers, ETAG, &etag(link));
    put(headers, CACHE_CONTROL, &caching(link, now));
    headers.insert(CONTENT_SECURITY_POLICY, NOTHING_RUNS);
    // Pages of others show what their users were shown the address of.
    headers.insert(ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    headers.insert(RESOURCE_POLICY, HeaderValue::from_static("cross-origin"));
    response
}

/// What cannot stand in a header is left out.
fn put(headers: &mut HeaderMap, name: HeaderName, value: &str) {
    if let Ok(value) = HeaderValue::from_str(value) {
        headers.insert(name, value);
    }
}

fn beyond(size: u64) -> Response {
    let mut response = StatusCode::RANGE_NOT_SATISFIABLE.into_response();
    put(response.headers_mut(), CONTENT_RANGE, &format!("bytes */{size}"));
    response
}

fn problem(fault: BlobFault) -> Problem {
    match fault {
        BlobFault::Missing => Problem::not_found(),
        fault => {
            tracing::warn!(%fault, "a file cannot be given out");
            Problem::unavailable()
        }
    }
}
