//! `/openapi.json`, and `/docs`: a page that shows it to people and needs nothing from elsewhere.

use std::sync::LazyLock;

use axum::body::Bytes;
use axum::http::HeaderValue;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use utoipa_axum::routes;

use super::asset::Asset;
use super::json::JSON;
use super::routes::{Access, Routes};
use crate::limits::Rate;

static DOCUMENT: LazyLock<Bytes> = LazyLock::new(|| match crate::openapi().to_json() {
    Ok(text) => Bytes::from(text),
    Err(error) => {
        tracing::error!(%error, "the OpenAPI document could not be written");
        Bytes::from_static(b"{}")
    }
});

pub(crate) fn routes() -> Routes {
    Routes::new()
        .route(Access::Anyone, Rate::Anonymous, routes!(openapi))
        .page(
            Access::Anyone,
            Rate::Free,
            "/docs",
            get(async || Asset::html(include_str!("reference/index.html"))),
        )
        .page(
            Access::Anyone,
            Rate::Free,
            "/docs/reference.js",
            get(async || Asset::script(include_str!("reference/reference.js"))),
        )
        .page(
            Access::Anyone,
            Rate::Free,
            "/docs/reference.css",
            get(async || Asset::style(include_str!("reference/reference.css"))),
        )
}

/// This document
#[utoipa::path(
    get, path = "/openapi.json", tag = "operation",
    responses((status = 200, description = "OpenAPI 3.1", body = serde_json::Value))
)]
async fn openapi() -> Response {
    let headers = [
        (CONTENT_TYPE, HeaderValue::from_static(JSON)),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
    ];
    (headers, DOCUMENT.clone()).into_response()
}
