//! `PATCH /v1/workspaces/{workspace}`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::workspace::{WorkspaceCommand, WorkspaceRefusal};
use domain::identity::{Workspace, WorkspaceId};
use domain::refusal::Refusal;
use eventstore::execute::{CommandError, Plan};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::WorkspaceShown;
use super::ids;
use super::pointers::pointed;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, IfMatch, Json, Path, Problem};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct WorkspaceChange {
    #[schema(example = "Orders", min_length = 1, max_length = 120)]
    name: Option<String>,
    #[schema(max_length = 2000)]
    description: Option<String>,
}

/// Change a workspace
///
/// What is left out stays. `If-Match` carries the version that the change is meant for.
#[utoipa::path(
    patch, path = "/v1/workspaces/{workspace}", tag = "workspaces", request_body = WorkspaceChange,
    params(("workspace" = String, Path, description = "Its id"), IfMatch),
    responses((status = 200, description = "Changed", body = WorkspaceShown))
)]
pub async fn update(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Path(workspace): Path<WorkspaceId>,
    expected: IfMatch,
    Json(body): Json<WorkspaceChange>,
) -> Result<Response, Problem> {
    let tenant = &principal.tenant;
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &body)?;
    let stream = ids::stream(&workspace)?;
    let present = api.existing_workspace(tenant, &workspace).await?.version;
    let change = WorkspaceCommand::Change { name: body.name, description: body.description };
    let plan = match expected.version(present) {
        Some(version) => Plan::new().decide_at::<Workspace>(tenant, stream, version, change),
        None => Plan::new().decide::<Workspace>(tenant, stream, change),
    };
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| refused(&call, error))?;
    let shown = api.workspace_at(tenant, &workspace, receipt.version()).await?;
    Ok(call.answer(&receipt, StatusCode::OK).json(&shown))
}

/// A workspace that was deleted is not there any more.
fn refused(call: &Call, error: CommandError) -> Problem {
    match error {
        CommandError::Refused(refused) if refused.code == WorkspaceRefusal::WorkspaceArchived.code() => {
            Problem::not_found()
        }
        error => pointed(call.problem(error)),
    }
}
