//! A problem as it is sent.

use std::borrow::Cow;

use axum::body::Body;
use axum::http::header::{CONTENT_LENGTH, CONTENT_TYPE};
use axum::http::{HeaderValue, StatusCode};
use axum::response::Response;
use serde::Serialize;
use utoipa::openapi::RefOr;
use utoipa::openapi::schema::Schema;
use utoipa::{PartialSchema, ToSchema};

use super::problem::{FieldError, Problem, QuotaTold};
use crate::airtable;

pub(super) const PROBLEM_JSON: &str = "application/problem+json";

#[derive(Serialize, ToSchema)]
struct Written<'a> {
    /// Where the code is explained.
    #[serde(rename = "type")]
    #[schema(format = "uri-reference", example = "/docs#problem-not_found")]
    kind: String,
    title: &'a str,
    status: u16,
    detail: &'a str,
    /// The id of the request, as in `X-Request-Id`.
    instance: &'a str,
    /// For programs; never changes its meaning.
    #[schema(example = "not_found")]
    code: &'a str,
    #[serde(skip_serializing_if = "<[FieldError]>::is_empty")]
    #[schema(required = false)]
    errors: &'a [FieldError],
    /// Which quota is used up, where one is.
    #[serde(skip_serializing_if = "Option::is_none")]
    quota: Option<&'a QuotaTold>,
}

/// Writes the body of an answer that carries a problem, in the words of its API; leaves every other answer alone.
pub(super) fn write(response: &mut Response, request_id: &str, is_airtable: bool) {
    let Some(problem) = response.extensions_mut().remove::<Problem>() else {
        return;
    };
    if is_airtable {
        airtable::write(&problem, response);
    } else {
        write_ours(&problem, response, request_id);
    }
}

fn write_ours(problem: &Problem, response: &mut Response, request_id: &str) {
    let written = Written {
        kind: format!("/docs#problem-{}", problem.code),
        title: title(problem.status),
        status: problem.status.as_u16(),
        detail: &problem.detail,
        instance: request_id,
        code: problem.code,
        errors: &problem.errors,
        quota: problem.quota.as_deref(),
    };
    // Texts and numbers cannot fail to be written.
    let text = serde_json::to_vec(&written).unwrap_or_default();
    put(response, PROBLEM_JSON, text);
}

pub(crate) fn put(response: &mut Response, content_type: &'static str, text: Vec<u8>) {
    response.headers_mut().remove(CONTENT_LENGTH);
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(content_type));
    *response.body_mut() = Body::from(text);
}

fn title(status: StatusCode) -> &'static str {
    status.canonical_reason().unwrap_or("Problem")
}

impl PartialSchema for Problem {
    fn schema() -> RefOr<Schema> {
        match Written::schema() {
            RefOr::T(Schema::Object(mut object)) => {
                object.description = Some("Why a request was not carried out (RFC 9457).".into());
                RefOr::T(Schema::Object(object))
            }
            other => other,
        }
    }
}

impl ToSchema for Problem {
    fn name() -> Cow<'static, str> {
        Cow::Borrowed("Problem")
    }

    fn schemas(schemas: &mut Vec<(String, RefOr<Schema>)>) {
        schemas.push((FieldError::name().into_owned(), FieldError::schema()));
        FieldError::schemas(schemas);
        schemas.push((QuotaTold::name().into_owned(), QuotaTold::schema()));
    }
}
