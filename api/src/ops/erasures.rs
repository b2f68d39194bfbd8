//! `POST /v1/ops/erasures`: a person is erased, and it is proven that nothing is left, as `airtide erase` does it.

use axum::extract::State;
use axum::response::Response;
use domain::operations::OperationId;
use domain::operations::operation::Act;
use domain::personal::SubjectId;
use eventstore::chain_of;
use eventstore::keys::checkpoint_signing;
use eventstore::operations::{Operations, correlation};
use serde::Deserialize;
use serde_json::Value;
use utoipa::ToSchema;

use super::acting::{Reason, begun};
use super::faults::explain;
use super::jobs::{JobShown, Wanted, accepted};
use crate::Api;
use crate::access::Operator;
use crate::http::{IdempotencyKey, Json, Problem};
use crate::identity::erasure::{By, EraseFailed, Erasing, ErasingParts, Person, came};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Erasure {
    /// A person's id, or an invitation's.
    #[schema(value_type = String, example = "usr_0198a1b2c3d47e5f8a9b0c1d2e3f4a5b")]
    subject: SubjectId,
    /// Why: without a name or an address, since it is in the log for ever.
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Reason,
}

/// Erase a person
///
/// Their keys are destroyed, what lets them in ends, and every place is looked through for what was known of them. It cannot
/// be undone. A job of the process that answers; cut short, it is asked for again. At the process that has the ledger of
/// erasures.
#[utoipa::path(
    post, path = "/v1/ops/erasures", tag = "operations", request_body = Erasure,
    responses((status = 202, description = "It has begun: `Location` says how far it is", body = JobShown,
        headers(("Location" = String))))
)]
pub async fn begin(
    State(api): State<Api>,
    operator: Operator,
    key: IdempotencyKey,
    Json(wanted): Json<Erasure>,
) -> Result<Response, Problem> {
    let erasing = erasing(&api)?;
    let person = erasing.look(&wanted.subject).await.map_err(unknown)?;
    let job = Wanted { kind: "erasure", target: wanted.subject.as_str(), operator: &operator, key: &key };
    let act = Acting {
        operations: Operations::by(api.executor.clone(), operator.actor()),
        operation: job.operation().map_err(|_| Problem::internal())?,
        actor: operator.actor(),
        reason: wanted.reason,
    };
    accepted(api.ops.jobs.begin(&job, |_| async move { act.carry_out(&erasing, &person).await }))
}

fn erasing(api: &Api) -> Result<Erasing, Problem> {
    let places = &api.ops.places;
    Ok(Erasing::new(ErasingParts {
        database_url: places.database_url.clone(),
        nats_url: places.nats_url.clone(),
        checkpoints: places.checkpoints.clone(),
        checkpoint_signing: checkpoint_signing(&places.keys_dir).map_err(|fault| explain(&fault))?,
        kept: api.identity.kept.clone(),
        executor: api.executor.clone(),
        reader: api.ops.reader.clone(),
    }))
}

fn unknown(failed: EraseFailed) -> Problem {
    match failed {
        EraseFailed::Unknown(_) => Problem::not_found(),
        failed => explain(&failed),
    }
}

/// In whose name, and why.
struct Acting {
    operations: Operations,
    operation: OperationId,
    actor: String,
    reason: Reason,
}

impl Acting {
    async fn carry_out(&self, erasing: &Erasing, person: &Person) -> Result<Value, String> {
        let Self { operations, operation, actor, reason } = self;
        let target = format!("subject={}", person.subject);
        begun(operations, operation, Act::EraseSubject, &target, reason).await?;
        let by = By { actor, correlation: correlation(operation) };
        let outcome = erasing.erase_and_prove(person, by).await.map_err(|failed| chain_of(&failed));
        let ended = operations.end(operation, came(outcome.as_ref().map_err(String::as_str))).await;
        ended.map_err(|failed| chain_of(&failed))?;
        serde_json::to_value(outcome?).map_err(|error| error.to_string())
    }
}
