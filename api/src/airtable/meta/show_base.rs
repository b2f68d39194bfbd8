//! `GET /v0/meta/bases/{base}`.

use axum::extract::State;
use axum::response::Response;
use domain::bases::cells::write_moment;
use projections::bases::bases::{self, BaseRow, Bases};
use projections::runtime::ReadModel;
use serde_json::json;

use super::level::level;
use crate::Api;
use crate::access::Principal;
use crate::airtable::answer::said;
use crate::airtable::base::{AtBase, hidden};
use crate::bases::found::FoundBase;
use crate::http::Problem;

/// Show a base
///
/// Who else may use it is told to nobody, whatever `include` asks for: what members are called elsewhere is theirs.
#[utoipa::path(
    get, path = "/v0/meta/bases/{base}", tag = "airtable",
    params(("base" = String, Path, description = "What Airtable's clients call the base")),
    responses((
        status = 200, description = "Its id, its name, its workspace, and what the caller may do there",
        body = serde_json::Value,
    ))
)]
pub async fn show(
    State(api): State<Api>,
    principal: Principal,
    AtBase(found): AtBase,
) -> Result<Response, Problem> {
    let schema = found.schema().map_err(hidden)?;
    let row = listed(&api, &found).await?;
    Ok(said(&json!({
        "id": schema.id,
        "name": schema.name,
        "createdTime": write_moment(row.created_at),
        "permissionLevel": level(&principal, found.now.state.is_writable()),
        "workspaceId": found.workspace,
    })))
}

/// One that was made a moment ago may not be listed yet.
async fn listed(api: &Api, found: &FoundBase) -> Result<BaseRow, Problem> {
    if let Some(row) = row(api, found).await? {
        return Ok(row);
    }
    api.caught_up_now(Bases::NAME).await?;
    row(api, found).await?.ok_or_else(|| hidden(Problem::not_found()))
}

async fn row(api: &Api, found: &FoundBase) -> Result<Option<BaseRow>, Problem> {
    let mut queries = api.queries.begin(&found.tenant).await?;
    Ok(bases::one(&mut queries, &found.id).await?)
}
