//! `GET /v1/ops/log/streams/{tenant}/{aggregate}/{id}/differences`: how two versions of something differ.

use axum::extract::State;
use domain::identity::TenantId;
use eventstore::event::{StreamId, StreamName};
use eventstore::inspect::{Difference, Hidden, differences};
use eventstore::read::At;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::state::seen;
use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Path, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Versions {
    /// Version 0 is before there was anything.
    #[param(minimum = 0)]
    old: i64,
    #[param(minimum = 0)]
    new: i64,
}

#[derive(Serialize, ToSchema)]
pub struct DifferencesSeen {
    /// Each place that differs, as a JSON pointer, with what stands there in either version.
    #[schema(value_type = Vec<Object>)]
    data: Vec<Difference>,
}

/// How two versions of something differ
#[utoipa::path(
    get, path = "/v1/ops/log/streams/{tenant}/{aggregate}/{id}/differences", tag = "operations",
    params(
        ("tenant" = String, Path, description = "Whose it is"),
        ("aggregate" = String, Path, description = "What it is", example = "workspace"),
        ("id" = String, Path, description = "Its id"),
        Versions,
    ),
    responses((status = 200, description = "Every place that differs", body = DifferencesSeen))
)]
pub async fn show(
    State(api): State<Api>,
    _: Operator,
    Path((tenant, aggregate, id)): Path<(TenantId, String, StreamId)>,
    Query(versions): Query<Versions>,
) -> Result<Answer<DifferencesSeen>, Problem> {
    let stream = StreamName { tenant, aggregate: aggregate.into(), id };
    let hidden = Hidden::default();
    let old = seen(&api, &stream, At::Version(versions.old), &hidden).await?;
    let new = seen(&api, &stream, At::Version(versions.new), &hidden).await?;
    Ok(Answer::new(DifferencesSeen { data: differences(&old.state, &new.state) }))
}
