//! `POST /v1/ops/log/exports`: the log, or the events of one tenant, written into files to be fetched.

use std::path::PathBuf;

use axum::extract::State;
use axum::response::Response;
use domain::identity::{PLATFORM_TENANT, TenantId};
use domain::operations::OperationId;
use domain::operations::operation::{Act, Outcome};
use eventstore::chain::Progress;
use eventstore::chain_of;
use eventstore::operations::{Came, Operations};
use eventstore::transfer::{ExportOptions, Exported, KeptExports, NoRoom, SEGMENT_BYTES, export};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use super::{at_rest, kept, unusable};
use crate::Api;
use crate::access::Operator;
use crate::http::{FieldError, IdempotencyKey, Json, Problem};
use crate::ops::Places;
use crate::ops::acting::{Reason, begun};
use crate::ops::jobs::{JobShown, Telling, Wanted, accepted};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Export {
    /// Only the events of this tenant, for reading and for moving out: that cannot be imported.
    #[schema(value_type = Option<String>)]
    tenant: Option<TenantId>,
    #[schema(value_type = String, min_length = 1, max_length = 1000)]
    reason: Reason,
}

/// Export the log
///
/// Events and what lies beside them, never secrets. A job of the process that answers, and an operation in the log: a copy
/// of everything leaves the house. Its files are fetched under `/v1/ops/log/exports/{job}/files`, from where the folder
/// of exports lies. 409 `too_many_exports` where as many are kept as may be: one has to be deleted first.
#[utoipa::path(
    post, path = "/v1/ops/log/exports", tag = "operations", request_body = Export,
    responses((status = 202, description = "It has begun: `Location` says how far it is", body = JobShown,
        headers(("Location" = String))))
)]
pub async fn begin(
    State(api): State<Api>,
    operator: Operator,
    key: IdempotencyKey,
    Json(wanted): Json<Export>,
) -> Result<Response, Problem> {
    let tenant = wanted.tenant.as_ref().map_or("", TenantId::as_str);
    if tenant == PLATFORM_TENANT {
        let detail = "Holds the people of all tenants, and goes with the whole log.";
        return Err(Problem::invalid(vec![FieldError::new("/tenant", "platform_tenant", detail)]));
    }
    let job = Wanted { kind: "export", target: tenant, operator: &operator, key: &key };
    let (export, kept) = (job.id(), kept(&api));
    let looking = kept.clone();
    at_rest(move || looking.check_room(export)).await?.map_err(no_room)?;
    let running = Running {
        operations: Operations::by(api.executor.clone(), operator.actor()),
        operation: job.operation().map_err(|_| Problem::internal())?,
        places: api.ops.places.clone(),
        kept,
        export,
        tenant: wanted.tenant.clone(),
        reason: wanted.reason,
    };
    accepted(api.ops.jobs.begin(&job, |telling| running.run(telling)))
}

fn no_room(reason: NoRoom) -> Problem {
    match reason {
        NoRoom::Folder(error) => unusable(&error),
        full => Problem::conflict("too_many_exports", full.to_string()),
    }
}

struct Running {
    operations: Operations,
    operation: OperationId,
    places: Places,
    kept: KeptExports,
    export: Uuid,
    tenant: Option<TenantId>,
    reason: Reason,
}

/// What was exported, and the names under which its files are fetched.
#[derive(Serialize)]
struct ToFetch {
    #[serde(flatten)]
    exported: Exported,
    files: Vec<String>,
}

impl Running {
    async fn run(self, telling: Telling) -> Result<Value, String> {
        let folder = self.on_disk(KeptExports::make_room).await?.map_err(|reason| chain_of(&reason))?;
        let made = self.make(folder, telling).await;
        if made.is_err() {
            self.on_disk(KeptExports::remove).await?.map_err(|error| error.to_string())?;
        }
        let exported = made?;
        let files = self.on_disk(KeptExports::files).await?.map_err(|fault| chain_of(&fault))?;
        serde_json::to_value(ToFetch { exported, files }).map_err(|error| error.to_string())
    }

    async fn make(&self, folder: PathBuf, mut telling: Telling) -> Result<Exported, String> {
        let target = self.tenant.as_ref().map_or_else(String::new, |tenant| format!("tenant={tenant}"));
        begun(&self.operations, &self.operation, Act::ExportLog, &target, &self.reason).await?;
        let state = self.operations.state(&self.operation).await.map_err(|failed| chain_of(&failed))?;
        if state.ended().is_some() {
            return Err("This was made before, and deleted. Ask under another key.".to_owned());
        }
        let options = ExportOptions {
            database_url: self.places.database_url.clone(),
            keys_dir: self.places.keys_dir.clone(),
            folder,
            tenant: self.tenant.clone(),
            secrets: None,
            segment_bytes: SEGMENT_BYTES,
        };
        let mut told = |Progress { done, total }| telling.tell("events", done, total);
        let made = export(options, &mut told).await.map_err(|failed| {
            tracing::warn!(error = chain_of(&failed), "the log could not be exported");
            chain_of(&failed)
        });
        let ended = self.operations.end(&self.operation, came(&made)).await;
        ended.map_err(|failed| chain_of(&failed))?;
        made
    }

    async fn on_disk<T: Send + 'static>(&self, act: fn(&KeptExports, Uuid) -> T) -> Result<T, String> {
        let (kept, export) = (self.kept.clone(), self.export);
        tokio::task::spawn_blocking(move || act(&kept, export)).await.map_err(|error| error.to_string())
    }
}

fn came(made: &Result<Exported, String>) -> Came {
    match made {
        Ok(exported) => {
            let detail = format!("export {} of {} bytes", exported.export, exported.bytes);
            Came { outcome: Outcome::Done, count: exported.events.unsigned_abs(), detail }
        }
        Err(failed) => Came { outcome: Outcome::Failed, count: 0, detail: failed.clone() },
    }
}
