//! `GET /v1/ops/tenants`.

use axum::extract::State;
use domain::identity::TenantId;
use projections::identity::tenants::{self, TenantState, Tenants};
use projections::runtime::ReadModel;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::TenantTold;
use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Cursor, Limit, ListKey, Page, PositionToken, Problem, Query};
use crate::identity::user_state;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct List {
    /// Only these.
    #[param(value_type = Option<String>, pattern = "^(open|closing|suspended|closed)$")]
    state: Option<TenantState>,
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<After>>,
    /// Not older than this: the `Airtide-Position` of an answer.
    #[param(inline)]
    wait_for: Option<PositionToken>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct After(TenantId);

impl ListKey for After {
    const LIST: &'static str = "ops_tenants";
}

/// All tenants
///
/// In the order of their ids.
#[utoipa::path(
    get, path = "/v1/ops/tenants", tag = "operations", params(List),
    responses((status = 200, description = "A page of them", body = Page<TenantTold>))
)]
pub async fn list(
    State(api): State<Api>,
    _: Operator,
    Query(query): Query<List>,
) -> Result<Answer<Page<TenantTold>>, Problem> {
    api.caught_up(Tenants::NAME, query.wait_for).await?;
    let after = query.cursor.as_ref().map(|cursor| &cursor.after.0);
    let mut queries = api.queries.begin(&user_state::platform()?).await?;
    let rows = tenants::list(&mut queries, query.state, after, query.limit.to_fetch()).await?;
    let page = Page::of(rows, query.limit, |row| After(row.id.clone())).map_err(|_| Problem::internal())?;
    Ok(Answer::new(page.map(TenantTold::from)))
}
