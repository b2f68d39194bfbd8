//! `POST /v1/ops/checks`: everything that is stored, held against what must always be so.

use std::error::Error;

use axum::extract::State;
use axum::response::Response;
use eventstore::chain::Progress;
use eventstore::chain_of;
use eventstore::check::Checked;
use eventstore::erasure;
use eventstore::keys::checkpoint_signing;
use eventstore::read::Reader;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use super::Places;
use super::jobs::{JobShown, Telling, Wanted, accepted};
use crate::Api;
use crate::access::Operator;
use crate::http::{IdempotencyKey, Json, Problem};

/// There is nothing to choose: all of it is looked at.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Check {}

/// What was found.
#[derive(Serialize)]
struct Found {
    /// Whether there is no violation.
    holds: bool,
    data: Vec<Checked>,
}

/// Check what is stored
///
/// The log, its commands, the work that is owed, and each read model against a fold of the log. A job of the process that
/// answers. It changes nothing.
#[utoipa::path(
    post, path = "/v1/ops/checks", tag = "operations", request_body = Check,
    responses((status = 202, description = "It has begun: `Location` says how far it is", body = JobShown,
        headers(("Location" = String))))
)]
pub async fn begin(
    State(api): State<Api>,
    operator: Operator,
    key: IdempotencyKey,
    Json(Check {}): Json<Check>,
) -> Result<Response, Problem> {
    let (places, reader) = (api.ops.places.clone(), api.ops.reader.clone());
    let job = Wanted { kind: "check", target: "", operator: &operator, key: &key };
    accepted(api.ops.jobs.begin(&job, |telling| run(places, reader, telling)))
}

async fn run(places: Places, reader: Reader, mut telling: Telling) -> Result<Value, String> {
    let mut told = |Progress { done, total }| telling.tell("read models", done, total);
    let mut data = projections::check(&places.database_url, &reader, &mut told).await.map_err(unchecked)?;
    let seed = checkpoint_signing(&places.keys_dir).map_err(unchecked)?;
    let ledger = erasure::file_beside(&places.checkpoints);
    data.push(erasure::check(&places.database_url, &ledger, &seed).await.map_err(unchecked)?);
    let found = Found { holds: data.iter().all(Checked::holds), data };
    serde_json::to_value(found).map_err(|error| error.to_string())
}

fn unchecked(failed: impl Error) -> String {
    tracing::warn!(error = chain_of(&failed), "what is stored could not be checked");
    chain_of(&failed)
}
