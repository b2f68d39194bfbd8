//! Answers in Airtable's form. Where a command did something they say up to where in the log.

use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use eventstore::execute::Receipt;
use serde::Serialize;

use crate::Api;
use crate::http::{AnswerHead, Call, PositionToken};

pub const JSON: &str = "application/json; charset=utf-8";

pub fn said(body: &impl Serialize) -> Response {
    written(AnswerHead::new(StatusCode::OK), body)
}

/// What a command came to.
pub fn done(call: &Call, receipt: &Receipt, body: &impl Serialize) -> Response {
    written(call.answer(receipt, StatusCode::OK), body)
}

fn written(head: AnswerHead, body: &impl Serialize) -> Response {
    head.with(CONTENT_TYPE, HeaderValue::from_static(JSON)).json(body)
}

impl Api {
    /// Whoever asks as Airtable's clients do cannot say up to where they wrote, so an answer waits until a read model knows of it.
    /// What takes too long is done all the same.
    pub(super) async fn settle(&self, read_model: &str, receipt: &Receipt) {
        if let Err(problem) = self.caught_up(read_model, Some(PositionToken::from(receipt))).await {
            tracing::warn!(read_model, code = problem.code(), "an answer does not wait for its read model");
        }
    }
}
