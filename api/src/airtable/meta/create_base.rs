//! `POST /v0/meta/bases`.

use axum::extract::State;
use axum::response::Response;
use domain::bases::errors::ApiError;
use domain::bases::ids::Mint;
use domain::bases::requests::NewBase;
use domain::identity::WorkspaceId;
use projections::bases::bases::Bases;
use projections::bases::records::Records;
use projections::runtime::ReadModel;
use serde_json::{Value, json};

use crate::Api;
use crate::access::Principal;
use crate::airtable::answer::done;
use crate::airtable::asked::Sent;
use crate::airtable::base::hidden;
use crate::bases::drafts;
use crate::bases::making::NewKept;
use crate::http::{Call, Problem};

/// Create a base
///
/// `workspaceId` is the id of a workspace here.
#[utoipa::path(
    post, path = "/v0/meta/bases", tag = "airtable", request_body = serde_json::Value,
    responses((status = 200, description = "Its id and its tables", body = serde_json::Value))
)]
pub async fn create(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    let asked: NewBase<WorkspaceId> = body.read()?;
    let workspace = asked.workspace_id.clone();
    if !principal.opens(&workspace) {
        return Err(ApiError::PermissionsOrModelNotFound.into());
    }
    api.workspace(&principal.tenant, &workspace).await.map_err(hidden)?;
    drafts::check_counts(asked.tables.len(), asked.tables.iter().map(|table| table.fields.len()).sum())?;
    let tenant = &principal.tenant;
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &body.object)?;
    let request = request.in_workspace(workspace);
    let mut mint = Mint::new(request.command_id);
    let id = mint.make();
    let base = asked.planned(id, &mut mint)?;
    let made = api.make_base(&call, &principal, &request, NewKept::from(base)).await?;
    api.settle(Bases::NAME, &made.receipt).await;
    api.settle(Records::NAME, &made.receipt).await;
    let schema = made.now.state.schema().ok_or(ApiError::ServerError)?;
    let tables: Vec<Value> = schema.tables.iter().map(|table| table.said(false)).collect();
    Ok(done(&call, &made.receipt, &json!({ "id": schema.id, "tables": tables })))
}
