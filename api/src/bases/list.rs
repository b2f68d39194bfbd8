//! `GET /v1/bases`: those of the workspaces that are open to the caller, oldest first.

use axum::extract::State;
use domain::bases::BaseKey;
use domain::identity::WorkspaceId;
use projections::bases::bases::{self, Bases, Wanted};
use projections::identity::workspaces::Workspaces;
use projections::runtime::ReadModel;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::shown::BaseShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Cursor, Limit, ListKey, Page, PositionToken, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct List {
    /// Only those of this one.
    #[param(value_type = Option<String>)]
    workspace: Option<WorkspaceId>,
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
pub struct After(BaseKey);

impl ListKey for After {
    const LIST: &'static str = "bases";
}

/// List bases
#[utoipa::path(
    get, path = "/v1/bases", tag = "bases", params(List),
    responses((status = 200, description = "A page of them", body = Page<BaseShown>))
)]
pub async fn list(
    State(api): State<Api>,
    principal: Principal,
    Query(query): Query<List>,
) -> Result<Answer<Page<BaseShown>>, Problem> {
    // Those of a workspace that was archived are left out.
    tokio::try_join!(
        api.caught_up(Bases::NAME, query.wait_for),
        api.caught_up(Workspaces::NAME, query.wait_for)
    )?;
    let after = query.cursor.as_ref().map(|cursor| &cursor.after.0);
    let visible = principal.visible();
    let wanted = Wanted { workspace: query.workspace.as_ref(), named: principal.named_bases() };
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let rows = bases::list(&mut queries, &visible, &wanted, after, query.limit.to_fetch()).await?;
    let page = Page::of(rows, query.limit, |row| After(row.id.clone())).map_err(|_| Problem::internal())?;
    Ok(Answer::new(page.map(BaseShown::from)))
}
