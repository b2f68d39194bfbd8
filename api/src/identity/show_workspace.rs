//! `GET /v1/workspaces/{workspace}`. As the next command would find it: nothing lags behind.

use axum::extract::State;
use domain::identity::WorkspaceId;

use super::answers::WorkspaceShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Path, Problem};

/// Show a workspace
#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}", tag = "workspaces",
    params(("workspace" = String, Path, description = "Its id")),
    responses((status = 200, description = "The workspace", body = WorkspaceShown))
)]
pub async fn show(
    State(api): State<Api>,
    principal: Principal,
    Path(workspace): Path<WorkspaceId>,
) -> Result<Answer<WorkspaceShown>, Problem> {
    let shown = api.workspace(&principal.tenant, &workspace).await?;
    let version = shown.version;
    Ok(Answer::new(shown).etag(version))
}
