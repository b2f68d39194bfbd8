//! Whether this process lives, and whether it can serve. Living never touches the database: a process must not be
//! restarted because Postgres is away.

use std::time::Duration;

use async_trait::async_trait;
use axum::extract::State;
use axum::http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::routes;

use crate::Api;
use crate::http::{Access, Json, Routes};
use crate::limits::Rate;

const PATIENCE: Duration = Duration::from_secs(3);

/// Looks at everything that serving needs.
#[async_trait]
pub trait Readiness: Send + Sync {
    async fn checks(&self) -> Vec<Check>;
}

/// One thing that was looked at; the reason is for operators and goes to the log, not to the caller.
pub struct Check {
    pub name: &'static str,
    pub outcome: Result<(), String>,
}

#[derive(Serialize, ToSchema)]
pub struct Live {
    #[schema(example = "ok")]
    status: &'static str,
}

#[derive(Serialize, ToSchema)]
pub struct Ready {
    status: &'static str,
    checks: Vec<CheckShown>,
}

#[derive(Serialize, ToSchema)]
struct CheckShown {
    name: &'static str,
    state: &'static str,
}

#[derive(Serialize, ToSchema)]
pub struct Summary {
    version: &'static str,
    #[serde(flatten)]
    ready: Ready,
}

pub fn routes() -> Routes {
    Routes::new()
        .route(Access::Anyone, Rate::Free, routes!(live))
        .route(Access::Anyone, Rate::Free, routes!(ready))
        .route(Access::Anyone, Rate::Free, routes!(summary))
        .route(Access::Anyone, Rate::Free, routes!(api_summary))
}

/// Whether the process lives
#[utoipa::path(
    get, path = "/health/live", tag = "operation",
    responses((status = 200, description = "It lives", body = Live))
)]
async fn live() -> Json<Live> {
    Json(Live { status: "ok" })
}

/// Whether the process can serve
#[utoipa::path(
    get, path = "/health/ready", tag = "operation",
    responses(
        (status = 200, description = "It can", body = Ready),
        (status = 503, description = "It cannot, and which check fails", body = Ready),
    )
)]
async fn ready(State(api): State<Api>) -> (StatusCode, Json<Ready>) {
    let (status, ready) = look(&api).await;
    (status, Json(ready))
}

/// Version and readiness
#[utoipa::path(
    get, path = "/health", tag = "operation",
    responses(
        (status = 200, description = "It can serve", body = Summary),
        (status = 503, description = "It cannot, and which check fails", body = Summary),
    )
)]
async fn summary(State(api): State<Api>) -> (StatusCode, Json<Summary>) {
    let (status, ready) = look(&api).await;
    (status, Json(Summary { version: env!("CARGO_PKG_VERSION"), ready }))
}

/// The same as `/health`
#[utoipa::path(
    get, path = "/api/health", tag = "operation",
    responses(
        (status = 200, description = "It can serve", body = Summary),
        (status = 503, description = "It cannot, and which check fails", body = Summary),
    )
)]
async fn api_summary(state: State<Api>) -> (StatusCode, Json<Summary>) {
    summary(state).await
}

async fn look(api: &Api) -> (StatusCode, Ready) {
    let late = || vec![Check { name: "answer", outcome: Err("the checks took too long".into()) }];
    let checks = tokio::time::timeout(PATIENCE, api.readiness.checks()).await.unwrap_or_else(|_| late());
    let all_good = checks.iter().all(|check| check.outcome.is_ok());
    let (code, status) =
        if all_good { (StatusCode::OK, "ok") } else { (StatusCode::SERVICE_UNAVAILABLE, "not_ready") };
    (code, Ready { status, checks: checks.iter().map(show).collect() })
}

fn show(check: &Check) -> CheckShown {
    let state = match &check.outcome {
        Ok(()) => "ok",
        Err(reason) => {
            tracing::warn!(check = check.name, %reason, "not ready");
            "fail"
        }
    };
    CheckShown { name: check.name, state }
}
