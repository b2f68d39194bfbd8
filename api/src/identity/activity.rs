//! `GET /v1/workspaces/{workspace}/activity`: what happened in it, newest first; only what the caller may read.

use axum::extract::State;
use domain::identity::WorkspaceId;
use jiff::Timestamp;
use projections::identity::activity::{self, Activity, ActivityRow};
use projections::runtime::ReadModel;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::Api;
use crate::access::Principal;
use crate::events::readable_types;
use crate::http::{Answer, Cursor, Limit, ListKey, Page, Path, PositionToken, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct List {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Before>>,
    /// Not older than this: the `Airtide-Position` of an answer.
    #[param(inline)]
    wait_for: Option<PositionToken>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Before(i64);

impl ListKey for Before {
    const LIST: &'static str = "activity";
}

/// One thing that happened.
#[derive(Serialize, ToSchema)]
pub struct ActivityShown {
    #[serde(rename = "type")]
    #[schema(example = "workspace.renamed")]
    event_type: String,
    /// Who did it.
    actor: String,
    /// What it was done to.
    #[schema(example = "workspace")]
    aggregate: String,
    stream_id: String,
    version: i64,
    position: i64,
    #[schema(value_type = String, format = DateTime)]
    recorded_at: Timestamp,
}

/// What happened in a workspace
#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}/activity", tag = "workspaces",
    params(("workspace" = String, Path, description = "Its id"), List),
    responses((status = 200, description = "A page of it", body = Page<ActivityShown>))
)]
pub async fn list(
    State(api): State<Api>,
    principal: Principal,
    Path(workspace): Path<WorkspaceId>,
    Query(query): Query<List>,
) -> Result<Answer<Page<ActivityShown>>, Problem> {
    // What was never there, or is another tenant's, has no activity that anybody could page through.
    api.existing_workspace(&principal.tenant, &workspace).await?;
    api.caught_up(Activity::NAME, query.wait_for).await?;
    let before = query.cursor.as_ref().map(|cursor| cursor.after.0);
    let types: Vec<&str> = readable_types(&principal).collect();
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let rows = activity::list(&mut queries, Some(&workspace), &types, before, query.limit.to_fetch()).await?;
    let page = Page::of(rows, query.limit, |row| Before(row.position)).map_err(|_| Problem::internal())?;
    Ok(Answer::new(page.map(shown)))
}

fn shown(row: ActivityRow) -> ActivityShown {
    ActivityShown {
        event_type: row.event_type,
        actor: row.actor,
        aggregate: row.stream_type,
        stream_id: row.stream_id.to_string(),
        version: row.version,
        position: row.position,
        recorded_at: row.recorded_at,
    }
}
