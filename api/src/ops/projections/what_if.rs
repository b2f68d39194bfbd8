//! `POST /v1/ops/projections/{name}/what-if`: what the running code would make of the log, beside what is in use.

use axum::extract::State;
use axum::response::Response;
use eventstore::chain::Progress;
use eventstore::chain_of;
use eventstore::read::Reader;
use projections::Projection;
use projections::runtime::rebuild::what_if;
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::named;
use crate::Api;
use crate::access::Operator;
use crate::http::{IdempotencyKey, Json, Path, Problem};
use crate::ops::jobs::{JobShown, Telling, Wanted, accepted};

/// There is nothing to choose.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WhatIf {}

/// See what the running code would make of the log
///
/// The read model is made anew, compared row by row with the one in use, and dropped again: nothing of it stays, so this
/// asks for no reason. A job of the process that answers.
#[utoipa::path(
    post, path = "/v1/ops/projections/{name}/what-if", tag = "operations",
    params(("name" = String, Path, description = "As the list has it", example = "workspaces")),
    request_body = WhatIf,
    responses((status = 202, description = "It has begun: `Location` says how far it is", body = JobShown,
        headers(("Location" = String))))
)]
pub async fn begin(
    State(api): State<Api>,
    operator: Operator,
    key: IdempotencyKey,
    Path(name): Path<String>,
    Json(WhatIf {}): Json<WhatIf>,
) -> Result<Response, Problem> {
    let projection = named(&name)?;
    let (database_url, reader) = (api.ops.places.database_url.clone(), api.ops.reader.clone());
    let job = Wanted { kind: "what_if", target: projection.name(), operator: &operator, key: &key };
    accepted(api.ops.jobs.begin(&job, |telling| run(database_url, reader, projection, telling)))
}

async fn run(
    database_url: String,
    reader: Reader,
    projection: &'static dyn Projection,
    mut telling: Telling,
) -> Result<Value, String> {
    let mut told = |Progress { done, total }| telling.tell("events", done, total);
    match what_if(&database_url, &reader, projection, &mut told).await {
        Ok(made) => serde_json::to_value(made).map_err(|error| error.to_string()),
        Err(failed) => {
            tracing::warn!(error = chain_of(&failed), "what would become of a read model could not be seen");
            Err(chain_of(&failed))
        }
    }
}
