//! `GET /v1/ops/doctor`: everything that a running Airtide needs, looked at.

use async_trait::async_trait;
use axum::extract::State;
use eventstore::doctor::Finding;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Problem};

/// Looks at everything; the program that was put together knows what that is.
#[async_trait]
pub trait Doctor: Send + Sync {
    async fn examine(&self) -> Vec<Finding>;
}

#[derive(Serialize, ToSchema)]
pub struct Findings {
    /// Whether nothing fails and nothing is unknown.
    healthy: bool,
    /// Each with `check`, `state` (ok, warn, fail or unknown), `detail` and `fix`.
    #[schema(value_type = Vec<Object>)]
    data: Vec<Finding>,
}

/// Look for problems
///
/// What `airtide doctor` finds, as seen from the process that answers.
#[utoipa::path(
    get, path = "/v1/ops/doctor", tag = "operations",
    responses((status = 200, description = "What was found", body = Findings))
)]
pub async fn examine(State(api): State<Api>, _: Operator) -> Result<Answer<Findings>, Problem> {
    let data = api.ops.doctor.examine().await;
    Ok(Answer::new(Findings { healthy: !data.iter().any(Finding::is_problem), data }))
}
