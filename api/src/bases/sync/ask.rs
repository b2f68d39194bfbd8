//! `POST /v1/bases/{base}/sync/{pause,resume,resync}`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::bases::BaseSync;
use domain::bases::base_sync::BaseSyncCommand;
use eventstore::execute::Plan;

use super::show::SyncShown;
use crate::Api;
use crate::bases::found::FoundBase;
use crate::http::{Call, Problem};

/// Stop following Airtable for a while
///
/// What happens there meanwhile is taken over when it goes on.
#[utoipa::path(
    post, path = "/v1/bases/{base}/sync/pause", tag = "airtable",
    params(("base" = String, Path, description = "Its id")),
    responses((status = 200, description = "It is paused", body = SyncShown))
)]
pub async fn pause(State(api): State<Api>, call: Call, found: FoundBase) -> Result<Response, Problem> {
    ask(&api, &call, &found, BaseSyncCommand::Pause).await
}

/// Go on following Airtable
///
/// Also for a base whose following failed, once what was in the way is gone.
#[utoipa::path(
    post, path = "/v1/bases/{base}/sync/resume", tag = "airtable",
    params(("base" = String, Path, description = "Its id")),
    responses((status = 200, description = "It goes on", body = SyncShown))
)]
pub async fn resume(State(api): State<Api>, call: Call, found: FoundBase) -> Result<Response, Problem> {
    ask(&api, &call, &found, BaseSyncCommand::Resume).await
}

/// Read all of a base again
#[utoipa::path(
    post, path = "/v1/bases/{base}/sync/resync", tag = "airtable",
    params(("base" = String, Path, description = "Its id")),
    responses((status = 200, description = "It will be read again", body = SyncShown))
)]
pub async fn resync(State(api): State<Api>, call: Call, found: FoundBase) -> Result<Response, Problem> {
    ask(&api, &call, &found, BaseSyncCommand::AskResync).await
}

async fn ask(
    api: &Api,
    call: &Call,
    found: &FoundBase,
    command: BaseSyncCommand,
) -> Result<Response, Problem> {
    let schema = found.schema()?;
    let request = found.request(api, call, &())?;
    let plan = Plan::new().decide::<BaseSync>(&found.tenant, found.stream()?, command);
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    let sync = api.executor.state::<BaseSync>(&found.tenant, found.stream()?).await?;
    let contact = api.airtable.contacts.of(&found.tenant, &found.id).await?;
    Ok(call.answer(&receipt, StatusCode::OK).json(&SyncShown::of(&sync, schema, &contact)?))
}
