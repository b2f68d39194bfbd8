//! `POST /v1/workspaces`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::identity::workspace::WorkspaceCommand;
use domain::identity::{Workspace, WorkspaceId};
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::answers::WorkspaceShown;
use super::ids;
use super::pointers::pointed;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewWorkspace {
    #[schema(example = "Orders", min_length = 1, max_length = 120)]
    name: String,
    #[serde(default)]
    #[schema(example = "Everything that customers order", max_length = 2000)]
    description: String,
}

/// Create a workspace
#[utoipa::path(
    post, path = "/v1/workspaces", tag = "workspaces", request_body = NewWorkspace,
    responses((status = 201, description = "Created", body = WorkspaceShown))
)]
pub async fn create(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<NewWorkspace>,
) -> Result<Response, Problem> {
    let request = call.request(&api.executor, &principal.tenant, principal.user.as_str(), &body)?;
    let id: WorkspaceId = ids::new(ids::WORKSPACE)?;
    let create = WorkspaceCommand::Create { name: body.name.clone(), description: body.description.clone() };
    let plan = Plan::new().create::<Workspace>(&principal.tenant, ids::stream(&id)?, create);
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| pointed(call.problem(error)))?;
    // A retry is answered with what its first attempt made, not with what this one drew.
    let (stream, version) = receipt.streams.first().ok_or_else(Problem::internal)?;
    let shown = WorkspaceShown {
        id: ids::checked(stream.id.as_str())?,
        name: body.name.trim().to_owned(),
        description: body.description,
        version: *version,
    };
    let location = format!("/v1/workspaces/{}", shown.id);
    Ok(call.answer(&receipt, StatusCode::CREATED).location(&location).etag(*version).json(&shown))
}
