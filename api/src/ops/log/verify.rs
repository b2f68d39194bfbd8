//! `POST /v1/ops/log/verifications`: whether the log is what was recorded, and what was signed of it.

use axum::extract::State;
use axum::response::Response;
use eventstore::chain::{Extent, Progress};
use eventstore::chain_of;
use eventstore::verify::{Told, VerifyFailed, VerifyOptions, remarks, verify};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

use crate::Api;
use crate::access::Operator;
use crate::http::{FieldError, IdempotencyKey, Json, Problem};
use crate::ops::Places;
use crate::ops::jobs::{JobShown, Telling, Wanted, accepted};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Verification {
    /// Begin at the batch that holds this position, and take the chain before it as it is.
    #[schema(minimum = 1, default = 1)]
    from: Option<i64>,
    /// Look at so many batches, drawn at random, instead of all.
    #[schema(minimum = 1)]
    sample: Option<i64>,
}

/// What was found.
#[derive(Serialize)]
struct Found {
    is_sound: bool,
    #[serde(flatten)]
    told: Told,
    /// What is no violation and should be known.
    remarks: Vec<String>,
}

/// Verify the log
///
/// A job of the process that answers. It changes nothing.
#[utoipa::path(
    post, path = "/v1/ops/log/verifications", tag = "operations",
    request_body = Verification,
    responses((status = 202, description = "It has begun: `Location` says how far it is", body = JobShown,
        headers(("Location" = String))))
)]
pub async fn begin(
    State(api): State<Api>,
    operator: Operator,
    key: IdempotencyKey,
    Json(wanted): Json<Verification>,
) -> Result<Response, Problem> {
    let (extent, places) = (wanted.extent()?, api.ops.places.clone());
    let job = Wanted { kind: "verify", target: "", operator: &operator, key: &key };
    accepted(api.ops.jobs.begin(&job, |telling| run(places, extent, telling)))
}

async fn run(places: Places, extent: Extent, mut telling: Telling) -> Result<Value, String> {
    let file = places.checkpoints.clone();
    let options = VerifyOptions {
        database_url: places.database_url,
        keys_dir: places.keys_dir,
        checkpoints: places.checkpoints,
        extent,
    };
    let things = if extent.sample.is_some() { "batches" } else { "events" };
    let mut told = |Progress { done, total }| telling.tell(things, done, total);
    match verify(options, &mut told).await {
        Ok(verified) => {
            let told = Told::of(&verified, extent, &file);
            let remarks = remarks(verified.compared.as_ref(), &file);
            let found = Found { is_sound: told.is_sound(), told, remarks };
            serde_json::to_value(found).map_err(|error| error.to_string())
        }
        Err(failed @ VerifyFailed::BehindEnd { .. }) => Err(failed.to_string()),
        Err(failed) => {
            tracing::warn!(error = chain_of(&failed), "the log could not be verified");
            Err(failed.to_string())
        }
    }
}

impl Verification {
    fn extent(&self) -> Result<Extent, Problem> {
        let too_small = |pointer: &str, value: Option<i64>| {
            let is_wrong = value.is_some_and(|value| value < 1);
            is_wrong.then(|| FieldError::new(pointer, "too_small", "Must be at least 1."))
        };
        let wrong = [too_small("/from", self.from), too_small("/sample", self.sample)];
        let wrong: Vec<FieldError> = wrong.into_iter().flatten().collect();
        match wrong.is_empty() {
            true => Ok(Extent { from: self.from.unwrap_or(1), sample: self.sample }),
            false => Err(Problem::invalid(wrong)),
        }
    }
}
