//! Every answer carries `x-request-id`: the caller's own if it is harmless, else a new one.

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use tracing::Instrument;
use uuid::Uuid;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LONGEST: usize = 128;

pub async fn give(request: Request, next: Next) -> Response {
    let id = request.headers().get(&HEADER).and_then(harmless).unwrap_or_else(|| Uuid::now_v7().to_string());
    let span = tracing::info_span!("request", id);
    let mut response = next.run(request).instrument(span).await;
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// A foreign id ends up in our log lines: nothing in it may look like anything else.
fn harmless(value: &HeaderValue) -> Option<String> {
    let text = value.to_str().ok()?;
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "-_.:".contains(letter);
    (!text.is_empty() && text.len() <= LONGEST && text.chars().all(plain)).then(|| text.to_owned())
}
