//! `GET /v1/ops/projections`: every read model, and how far it has come.

use axum::extract::State;
use projections::runtime::rebuild::{self, Seen};
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Problem};
use crate::ops::faults::explain;

#[derive(Serialize, ToSchema)]
pub struct ProjectionsShown {
    /// Each version of each, with its state, position, lag and keys set aside.
    #[schema(value_type = Vec<Object>)]
    data: Vec<Seen>,
}

/// Read models
#[utoipa::path(
    get, path = "/v1/ops/projections", tag = "operations",
    responses((status = 200, description = "Each version of each", body = ProjectionsShown))
)]
pub async fn list(State(api): State<Api>, _: Operator) -> Result<Answer<ProjectionsShown>, Problem> {
    let seen = rebuild::list(&api.ops.places.database_url, projections::all()).await;
    Ok(Answer::new(ProjectionsShown { data: seen.map_err(|fault| explain(&fault))? }))
}
