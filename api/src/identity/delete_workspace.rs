//! `DELETE /v1/workspaces/{workspace}`: archives it. Its history stays in the log.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::identity::workspace::WorkspaceCommand;
use domain::identity::{Workspace, WorkspaceId};
use eventstore::execute::Plan;

use super::ids;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, IfMatch, Path, Problem};

/// Delete a workspace
#[utoipa::path(
    delete, path = "/v1/workspaces/{workspace}", tag = "workspaces",
    params(("workspace" = String, Path, description = "Its id"), IfMatch),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Path(workspace): Path<WorkspaceId>,
    expected: IfMatch,
) -> Result<Response, Problem> {
    let (tenant, stream) = (&principal.tenant, ids::stream(&workspace)?);
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &())?;
    let found = api.existing_workspace(tenant, &workspace).await?;
    let archive = WorkspaceCommand::Archive;
    let plan = match expected.version(found.version) {
        // Gone already: asking again changes nothing, at whatever version it was seen.
        Some(version) if !found.state.is_archived() => {
            Plan::new().decide_at::<Workspace>(tenant, stream, version, archive)
        }
        _ => Plan::new().decide::<Workspace>(tenant, stream, archive),
    };
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}
