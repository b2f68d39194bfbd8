//! `GET /v1/workspaces/{workspace}/webhooks`: oldest first.

use axum::extract::State;
use domain::identity::WebhookId;
use projections::identity::webhooks::{self, Webhooks};
use projections::runtime::ReadModel;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::shown::WebhookShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Cursor, Limit, ListKey, Page, PositionToken, Problem, Query};
use crate::identity::place::Place;

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
pub struct After(WebhookId);

impl ListKey for After {
    const LIST: &'static str = "webhooks";
}

/// List webhooks
#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}/webhooks", tag = "webhooks",
    params(("workspace" = String, Path, description = "Its id"), List),
    responses((status = 200, description = "A page of them", body = Page<WebhookShown>))
)]
pub async fn list(
    State(api): State<Api>,
    principal: Principal,
    Place(workspace): Place,
    Query(query): Query<List>,
) -> Result<Answer<Page<WebhookShown>>, Problem> {
    api.caught_up(Webhooks::NAME, query.wait_for).await?;
    let after = query.cursor.as_ref().map(|cursor| &cursor.after.0);
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let rows = webhooks::list(&mut queries, &workspace, after, query.limit.to_fetch()).await?;
    let page = Page::of(rows, query.limit, |row| After(row.id.clone())).map_err(|_| Problem::internal())?;
    Ok(Answer::new(page.map(WebhookShown::from)))
}
