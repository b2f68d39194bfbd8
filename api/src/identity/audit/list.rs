//! `GET /v1/audit`: what was done in the tenant, the newest first.

use axum::extract::State;
use domain::identity::WorkspaceId;
use jiff::Timestamp;
use projections::identity::audit::{self, Audit, AuditFilter};
use projections::runtime::ReadModel;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::shown::AuditShown;
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
    /// `next_cursor` of the page before.
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Before>>,
    /// Who did it.
    actor: Option<String>,
    /// The type of the event.
    #[param(example = "membership.added")]
    action: Option<String>,
    /// The id of what it was done to.
    target: Option<String>,
    /// `success`, `begun`, `partial` or `failed`.
    outcome: Option<String>,
    #[param(value_type = Option<String>)]
    workspace: Option<WorkspaceId>,
    /// Recorded at this time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Recorded before this time.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    /// Not older than this: the `Airtide-Position` of an answer.
    #[param(inline)]
    wait_for: Option<PositionToken>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Before(pub i64);

impl ListKey for Before {
    const LIST: &'static str = "audit";
}

impl List {
    fn filter(&self) -> AuditFilter {
        AuditFilter {
            actor: self.actor.clone(),
            action: self.action.clone(),
            target: self.target.clone(),
            outcome: self.outcome.clone(),
            workspace: self.workspace.clone(),
            since: self.since,
            until: self.until,
        }
    }
}

/// What was done in the tenant
///
/// Security and administration: members, roles, invitations, keys, webhooks, workspaces, and who signed in to it. The newest
/// first.
#[utoipa::path(
    get, path = "/v1/audit", tag = "audit", params(List),
    responses((status = 200, description = "A page of it", body = Page<AuditShown>))
)]
pub async fn list(
    State(api): State<Api>,
    principal: Principal,
    Query(query): Query<List>,
) -> Result<Answer<Page<AuditShown>>, Problem> {
    api.caught_up(Audit::NAME, query.wait_for).await?;
    let before = query.cursor.as_ref().map(|cursor| cursor.after.0);
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let (visible, filter) = (principal.visible(), query.filter());
    let rows = audit::list(&mut queries, &visible, &filter, before, query.limit.to_fetch()).await?;
    let page = Page::of(rows, query.limit, |row| Before(row.position)).map_err(|_| Problem::internal())?;
    Ok(Answer::new(page.map(AuditShown::from)))
}
