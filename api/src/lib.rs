//! HTTP in, commands and queries out. This file is the list of routes; a use case is a file of its context.

mod health;
mod metrics;
mod observe;
mod problem;
mod request_id;

use std::sync::Arc;

use axum::Router;
use axum::middleware::{from_fn, from_fn_with_state};
use axum::routing::get;

pub use health::{Check, Readiness};
pub use metrics::Metrics;

/// What the routes need; `server` fills it.
#[derive(Clone)]
pub struct Api {
    pub readiness: Arc<dyn Readiness>,
    pub metrics: Arc<Metrics>,
}

pub fn router(api: Api) -> Router {
    Router::new()
        .route("/health", get(health::summary))
        .route("/health/live", get(health::live))
        .route("/health/ready", get(health::ready))
        .route("/metrics", get(metrics::text))
        .fallback(problem::no_such_path)
        .method_not_allowed_fallback(problem::no_such_method)
        .layer(from_fn_with_state(api.clone(), observe::requests))
        .layer(from_fn(request_id::give))
        .with_state(api)
}
