//! Answers that are no problems: a status, the headers of the conventions, and mostly a body.

use axum::http::header::{ETAG, LOCATION};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use eventstore::execute::Receipt;
use serde::Serialize;

use super::position::PositionToken;
use super::{etag, idempotency, json, position};

/// An answer with a body. `If-None-Match` is seen to by the edge.
pub struct Answer<T> {
    head: AnswerHead,
    body: T,
}

impl<T> Answer<T> {
    pub fn new(body: T) -> Self {
        Self { head: AnswerHead::new(StatusCode::OK), body }
    }

    pub fn etag(self, version: i64) -> Self {
        Self { head: self.head.etag(version), ..self }
    }

    /// Up to where the answer knows the log.
    pub fn position(self, token: impl Into<PositionToken>) -> Self {
        Self { head: self.head.position(token), ..self }
    }

    pub fn with(self, name: HeaderName, value: HeaderValue) -> Self {
        Self { head: self.head.with(name, value), ..self }
    }
}

impl<T: Serialize> IntoResponse for Answer<T> {
    fn into_response(self) -> Response {
        self.head.json(&self.body)
    }
}

/// An answer before its body, or without one.
pub struct AnswerHead {
    status: StatusCode,
    headers: HeaderMap,
}

impl AnswerHead {
    pub fn new(status: StatusCode) -> Self {
        Self { status, headers: HeaderMap::new() }
    }

    /// What a command came to: where in the log, which version now, and whether an earlier attempt did it.
    pub fn receipt(self, receipt: &Receipt) -> Self {
        let head = self.position(receipt);
        let head = if receipt.streams.is_empty() { head } else { head.etag(receipt.version()) };
        match receipt.replayed {
            true => head.with(idempotency::REPLAYED, HeaderValue::from_static("true")),
            false => head,
        }
    }

    pub fn etag(self, version: i64) -> Self {
        self.with(ETAG, etag::of_version(version))
    }

    pub fn position(self, token: impl Into<PositionToken>) -> Self {
        match token.into().to_header() {
            Some(value) => self.with(position::HEADER, value),
            None => self,
        }
    }

    /// Where what was made is found: a path made of ids.
    pub fn location(self, path: impl TryInto<HeaderValue>) -> Self {
        match path.try_into() {
            Ok(value) => self.with(LOCATION, value),
            Err(_) => self,
        }
    }

    pub fn with(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.insert(name, value);
        self
    }

    pub fn json(self, body: &impl Serialize) -> Response {
        let mut response = json::write(body);
        if response.status() == StatusCode::OK {
            *response.status_mut() = self.status;
            response.headers_mut().extend(self.headers);
        }
        response
    }
}

impl IntoResponse for AnswerHead {
    fn into_response(self) -> Response {
        (self.status, self.headers).into_response()
    }
}
