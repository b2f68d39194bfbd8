//! `POST /v1/ops/checks`: everything that is stored, held against what must always be so.

use axum::extract::State;
use axum::response::Response;
use eventstore::chain::Progress;
use eventstore::chain_of;
use eventstore::check::Checked;
use eventstore::read::Reader;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

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
    let (database_url, reader) = (api.ops.places.database_url.clone(), api.ops.reader.clone());
    let job = Wanted { kind: "check", target: "", operator: &operator, key: &key };
    accepted(api.ops.jobs.begin(&job, |telling| run(database_url, reader, telling)))
}

async fn run(database_url: String, reader: Reader, mut telling: Telling) -> Result<Value, String> {
    let mut told = |Progress { done, total }| telling.tell("read models", done, total);
    match projections::check(&database_url, &reader, &mut told).await {
        Ok(data) => {
            let found = Found { holds: data.iter().all(Checked::holds), data };
            serde_json::to_value(found).map_err(|error| error.to_string())
        }
        Err(failed) => {
            tracing::warn!(error = chain_of(&failed), "what is stored could not be checked");
            Err(chain_of(&failed))
        }
    }
}
