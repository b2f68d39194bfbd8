//! The one shape of every refusal and failure at the edge: `application/problem+json`.

use axum::Json;
use axum::http::header::CONTENT_TYPE;
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

#[derive(Serialize)]
pub struct Problem {
    #[serde(rename = "type")]
    kind: &'static str,
    title: &'static str,
    status: u16,
    detail: &'static str,
    /// For programs; never changes its meaning.
    code: &'static str,
}

impl Problem {
    /// Says nothing of the cause: that is in the log, under the request's id.
    pub fn internal() -> Problem {
        Problem::new(
            StatusCode::INTERNAL_SERVER_ERROR,
            "Something went wrong",
            "Please try again.",
            "internal",
        )
    }

    fn new(status: StatusCode, title: &'static str, detail: &'static str, code: &'static str) -> Problem {
        Problem { kind: "about:blank", title, status: status.as_u16(), detail, code }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let mut response = (status, Json(self)).into_response();
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/problem+json"));
        response
    }
}

pub async fn no_such_path() -> Problem {
    Problem::new(StatusCode::NOT_FOUND, "Not found", "There is nothing at this path.", "not_found")
}

pub async fn no_such_method() -> Problem {
    let detail = "This path does not answer this method.";
    Problem::new(StatusCode::METHOD_NOT_ALLOWED, "Method not allowed", detail, "method_not_allowed")
}
