//! `GET /v1/ops/alarms`: named bad conditions that last at this moment.

use axum::extract::State;
use eventstore::alarms::InForce;
use serde::Serialize;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Problem};

#[derive(Serialize, ToSchema)]
pub struct AlarmsShown {
    /// Each with `name`, `subject`, `condition`, `runbook` and `since`.
    #[schema(value_type = Vec<Object>)]
    data: Vec<InForce>,
}

/// Alarms in force
///
/// Of the process that answers: where roles have processes of their own, each raises the alarms of its own roles, and
/// its metrics have them.
#[utoipa::path(
    get, path = "/v1/ops/alarms", tag = "operations",
    responses((status = 200, description = "Those that last", body = AlarmsShown))
)]
pub async fn list(State(api): State<Api>, _: Operator) -> Result<Answer<AlarmsShown>, Problem> {
    Ok(Answer::new(AlarmsShown { data: api.ops.alarms.in_force() }))
}
