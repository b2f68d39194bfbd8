//! Answers as they go over the wire: with the headers that Airtable's have, and packed for whoever takes them so.

use domain::bases::errors::ApiError;
use http_body_util::Full;
use hyper::body::Bytes;
use hyper::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue, RETRY_AFTER};
use hyper::http::request::Parts;
use hyper::{Response, StatusCode};

use super::{cors, gzip};
use crate::airtable::knobs::Failure;

pub fn answered(parts: &Parts, status: StatusCode, json: Vec<u8>) -> Response<Full<Bytes>> {
    let packed = gzip::packed(&parts.headers, &json);
    let length = HeaderValue::from(json.len());
    let is_packed = packed.is_some();
    let mut response = Response::new(Full::new(Bytes::from(packed.unwrap_or(json))));
    *response.status_mut() = status;
    let headers = response.headers_mut();
    headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    if is_packed {
        headers.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        headers.insert("airtable-uncompressed-content-length", length);
    }
    cors::put(headers);
    response
}

pub fn refused(parts: &Parts, error: &ApiError) -> Response<Full<Bytes>> {
    let status = StatusCode::from_u16(error.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    answered(parts, status, error.body().to_string().into_bytes())
}

/// 502 and 504 come from in front of Airtable and are no JSON.
pub fn failed(parts: &Parts, failure: &Failure) -> Response<Full<Bytes>> {
    let mut response = match failure.status {
        500 => refused(parts, &ApiError::ServerError),
        503 => refused(parts, &ApiError::Retriable),
        other => {
            let status = StatusCode::from_u16(other).unwrap_or(StatusCode::BAD_GATEWAY);
            let mut response = answered(parts, status, b"<html>Bad gateway</html>".to_vec());
            response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
            response
        }
    };
    if let Some(seconds) = failure.retry_after_seconds {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    response
}
