//! `GET /.well-known/jwks.json`: the public keys that access tokens are signed with.

use axum::Json;
use axum::extract::State;
use axum::http::header::CACHE_CONTROL;
use axum::response::{IntoResponse, Response};

use crate::Api;

/// A new key is published this long before it signs anything.
const GOOD_FOR: &str = "public, max-age=300";

/// The keys that tokens are signed with
#[utoipa::path(
    get, path = "/.well-known/jwks.json", tag = "identity",
    responses((status = 200, description = "A JSON web key set", body = serde_json::Value))
)]
pub async fn keys(State(api): State<Api>) -> Response {
    ([(CACHE_CONTROL, GOOD_FOR)], Json(api.identity.tokens.keys())).into_response()
}
