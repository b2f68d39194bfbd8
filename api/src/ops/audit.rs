//! `GET /v1/ops/audit`: what was done on the platform, or in one tenant, the newest first.

use axum::extract::State;
use domain::identity::{PLATFORM_TENANT, TenantId};
use jiff::Timestamp;
use projections::Visible;
use projections::identity::audit::{self, Audit, AuditFilter};
use projections::runtime::ReadModel;
use serde::Deserialize;
use utoipa::IntoParams;

use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Cursor, Limit, Page, PositionToken, Problem, Query};
use crate::identity::audit::{list::Before, shown::AuditShown};
use crate::identity::ids;

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
    /// Without one, the platform: people, their sessions, and what operators do.
    #[param(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// Who did it.
    actor: Option<String>,
    /// The type of the event.
    #[param(example = "operation.begun")]
    action: Option<String>,
    /// The id of what it was done to.
    target: Option<String>,
    /// `success`, `begun`, `partial` or `failed`.
    outcome: Option<String>,
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

/// What was done on the platform
///
/// Or in a tenant. Security and administration, the newest first.
#[utoipa::path(
    get, path = "/v1/ops/audit", tag = "operations", params(List),
    responses((status = 200, description = "A page of it", body = Page<AuditShown>))
)]
pub async fn list(
    State(api): State<Api>,
    _: Operator,
    Query(query): Query<List>,
) -> Result<Answer<Page<AuditShown>>, Problem> {
    api.caught_up(Audit::NAME, query.wait_for).await?;
    let List { limit, cursor, tenant, actor, action, target, outcome, since, until, .. } = query;
    let tenant = tenant.map_or_else(|| ids::checked(PLATFORM_TENANT), Ok)?;
    let filter = AuditFilter { actor, action, target, outcome, workspace: None, since, until };
    let before = cursor.as_ref().map(|cursor| cursor.after.0);
    let mut queries = api.queries.begin(&tenant).await?;
    let rows = audit::list(&mut queries, &Visible::All, &filter, before, limit.to_fetch()).await?;
    let page = Page::of(rows, limit, |row| Before(row.position)).map_err(|_| Problem::internal())?;
    Ok(Answer::new(page.map(AuditShown::from)))
}
