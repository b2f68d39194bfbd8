//! `GET /v1/workspaces`: those that are open to the caller, oldest first.

use axum::extract::State;
use domain::identity::WorkspaceId;
use projections::identity::workspaces::{self, Workspaces};
use projections::runtime::ReadModel;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::answers::WorkspaceShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Cursor, Limit, ListKey, Page, PositionToken, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct List {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<After>>,
    /// Not older than this: the `Airtide-Position` of an answer.
    #[param(inline)]
    wait_for: Option<PositionToken>,
}

/// Ids are drawn in the order of time.
#[derive(Debug, Serialize, Deserialize)]
pub struct After(WorkspaceId);

impl ListKey for After {
    const LIST: &'static str = "workspaces";
}

/// List workspaces
#[utoipa::path(
    get, path = "/v1/workspaces", tag = "workspaces", params(List),
    responses((status = 200, description = "A page of them", body = Page<WorkspaceShown>))
)]
pub async fn list(
    State(api): State<Api>,
    principal: Principal,
    Query(query): Query<List>,
) -> Result<Answer<Page<WorkspaceShown>>, Problem> {
    api.caught_up(Workspaces::NAME, query.wait_for).await?;
    let after = query.cursor.as_ref().map(|cursor| &cursor.after.0);
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let rows = workspaces::list(&mut queries, &principal.visible(), after, query.limit.to_fetch()).await?;
    let page = Page::of(rows, query.limit, |row| After(row.id.clone())).map_err(|_| Problem::internal())?;
    Ok(Answer::new(page.map(shown)))
}

fn shown(row: workspaces::WorkspaceRow) -> WorkspaceShown {
    WorkspaceShown { id: row.id, name: row.name, description: row.description, version: row.version }
}
