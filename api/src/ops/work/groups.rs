//! `GET /v1/ops/work/groups`: what fails, together with what fails in the same way.

use axum::extract::State;
use domain::identity::TenantId;
use eventstore::work::{Choice, Group};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::choice::States;
use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Limit, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Wanted {
    /// No more groups than this, the largest first.
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    worker: Option<String>,
    /// States, separated by commas.
    #[serde(rename = "state")]
    #[param(value_type = Option<String>, example = "parked,unknown")]
    states: Option<States>,
    #[param(value_type = Option<String>)]
    tenant: Option<TenantId>,
}

#[derive(Serialize, ToSchema)]
pub struct GroupsShown {
    /// Each with its name, worker, class, first line of what was said, counts by state, and an example.
    #[schema(value_type = Vec<Object>)]
    data: Vec<Group>,
}

/// Failures, grouped
///
/// Work that failed and is not settled, by worker, class of failure, and the first line of what was said.
#[utoipa::path(
    get, path = "/v1/ops/work/groups", tag = "operations", params(Wanted),
    responses((status = 200, description = "The largest groups", body = GroupsShown))
)]
pub async fn list(
    State(api): State<Api>,
    _: Operator,
    Query(wanted): Query<Wanted>,
) -> Result<Answer<GroupsShown>, Problem> {
    let choice = Choice {
        worker: wanted.worker,
        states: wanted.states.map(|states| states.0).unwrap_or_default(),
        tenant: wanted.tenant,
        ..Choice::default()
    };
    let data = api.ops.work.groups(&choice, wanted.limit.rows()).await?;
    Ok(Answer::new(GroupsShown { data }))
}
