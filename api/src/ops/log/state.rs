//! `GET /v1/ops/log/streams/{tenant}/{aggregate}/{id}/state`: what something was at a moment. Personal data is hidden:
//! only whose it is can be seen, and whether it is the same.

use axum::extract::State;
use domain::identity::TenantId;
use eventstore::event::{StreamId, StreamName};
use eventstore::inspect::{Hidden, Seen, state};
use eventstore::read::At;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::{IntoParams, ToSchema};

use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, FieldError, Path, Problem, Query};

/// Without any of these, now.
#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Moment {
    /// After the event with this version.
    #[param(minimum = 1)]
    version: Option<i64>,
    /// When the log ended at this position.
    #[param(minimum = 1)]
    position: Option<i64>,
    /// At this time.
    #[param(value_type = Option<String>, format = DateTime)]
    time: Option<Timestamp>,
}

/// What something was.
#[derive(Serialize, ToSchema)]
pub struct StateSeen {
    #[schema(value_type = String)]
    tenant: TenantId,
    #[schema(example = "workspace")]
    aggregate: String,
    #[schema(value_type = String)]
    id: StreamId,
    version: i64,
    #[schema(value_type = Object)]
    state: Value,
}

/// The state of anything, at any moment
#[utoipa::path(
    get, path = "/v1/ops/log/streams/{tenant}/{aggregate}/{id}/state", tag = "operations",
    params(
        ("tenant" = String, Path, description = "Whose it is"),
        ("aggregate" = String, Path, description = "What it is", example = "workspace"),
        ("id" = String, Path, description = "Its id"),
        Moment,
    ),
    responses((status = 200, description = "Its state", body = StateSeen))
)]
pub async fn show(
    State(api): State<Api>,
    _: Operator,
    Path((tenant, aggregate, id)): Path<(TenantId, String, StreamId)>,
    Query(moment): Query<Moment>,
) -> Result<Answer<StateSeen>, Problem> {
    let stream = StreamName { tenant, aggregate: aggregate.into(), id };
    let seen = seen(&api, &stream, moment.at()?, &Hidden::default()).await?;
    if seen.version == 0 {
        return Err(Problem::not_found());
    }
    let StreamName { tenant, aggregate, id } = stream;
    let (aggregate, Seen { version, state }) = (aggregate.into_owned(), seen);
    Ok(Answer::new(StateSeen { tenant, aggregate, id, version, state }))
}

/// What was there at a moment; 404 for what has no such kind, or had no such version.
pub async fn seen(api: &Api, stream: &StreamName, at: At, hidden: &Hidden) -> Result<Seen, Problem> {
    let found = state(&api.ops.reader, stream, at, hidden).await?;
    found.filter(|seen| seen.is_of(at)).ok_or_else(Problem::not_found)
}

impl Moment {
    fn at(&self) -> Result<At, Problem> {
        match (self.version, self.position, self.time) {
            (None, None, None) => Ok(At::Now),
            (Some(version), None, None) => Ok(At::Version(version)),
            (None, Some(position), None) => Ok(At::Position(position)),
            (None, None, Some(time)) => Ok(At::Time(time)),
            _ => {
                let error = FieldError::new("", "one_of", "At most one of version, position and time.");
                Err(Problem::invalid_query(vec![error]))
            }
        }
    }
}
