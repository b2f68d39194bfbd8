//! `POST /v1/ops/projections/{name}/rebuilds`: a read model made anew beside the one in use.

use axum::extract::State;
use axum::response::Response;
use domain::operations::OperationId;
use domain::operations::operation::Act;
use eventstore::chain_of;
use eventstore::operations::Operations;
use eventstore::read::Reader;
use projections::Projection;
use projections::runtime::rebuild::{RebuildOptions, came, rebuild};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::named;
use crate::Api;
use crate::access::Operator;
use crate::http::{IdempotencyKey, Json, Path, Problem};
use crate::ops::acting::{Reason, begun};
use crate::ops::jobs::{JobShown, Telling, Wanted, accepted};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Rebuild {
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Reason,
    /// Compare row by row with what is in use, and do not switch if anything differs.
    #[serde(default)]
    verify: bool,
    /// Put the new tables in the place of those in use.
    #[serde(default)]
    switch: bool,
}

/// Make a read model anew
///
/// A job of the process that answers, and an operation in the log. One that was cut short goes on where it was when it is
/// asked for again.
#[utoipa::path(
    post, path = "/v1/ops/projections/{name}/rebuilds", tag = "operations",
    params(("name" = String, Path, description = "As the list has it", example = "workspaces")),
    request_body = Rebuild,
    responses((status = 202, description = "It has begun: `Location` says how far it is", body = JobShown,
        headers(("Location" = String))))
)]
pub async fn begin(
    State(api): State<Api>,
    operator: Operator,
    key: IdempotencyKey,
    Path(name): Path<String>,
    Json(wanted): Json<Rebuild>,
) -> Result<Response, Problem> {
    let projection = named(&name)?;
    let job = Wanted { kind: "rebuild", target: projection.name(), operator: &operator, key: &key };
    let running = Running {
        operations: Operations::by(api.executor.clone(), operator.actor()),
        operation: job.operation().map_err(|_| Problem::internal())?,
        database_url: api.ops.places.database_url.clone(),
        reader: api.ops.reader.clone(),
        projection,
        wanted,
    };
    accepted(api.ops.jobs.begin(&job, |telling| running.run(telling)))
}

struct Running {
    operations: Operations,
    operation: OperationId,
    database_url: String,
    reader: Reader,
    projection: &'static dyn Projection,
    wanted: Rebuild,
}

impl Running {
    async fn run(self, mut telling: Telling) -> Result<Value, String> {
        let Rebuild { reason, verify, switch } = self.wanted;
        let act = if switch { Act::SwitchProjection } else { Act::RebuildProjection };
        begun(&self.operations, &self.operation, act, self.projection.name(), &reason).await?;
        let options = RebuildOptions {
            database_url: self.database_url,
            reader: self.reader,
            projection: self.projection,
            verify,
            switch,
        };
        let made =
            rebuild(options, &mut |progress| telling.tell("events", progress.done, progress.total)).await;
        let ended = self.operations.end(&self.operation, came(&made)).await;
        ended.map_err(|failed| chain_of(&failed))?;
        let made = made.map_err(|failed| failed.to_string())?;
        serde_json::to_value(made).map_err(|error| error.to_string())
    }
}
