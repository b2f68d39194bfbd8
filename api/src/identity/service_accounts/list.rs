//! `GET /v1/service-accounts`: oldest first.

use axum::extract::State;
use domain::identity::UserId;
use domain::identity::service_account::ID_PREFIX;
use futures_util::future::try_join_all;
use projections::identity::members::{self, MemberRow, Members};
use projections::runtime::ReadModel;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::shown::ServiceAccountShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Cursor, Limit, ListKey, Page, PositionToken, Problem, Query};
use crate::identity::ids;

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
pub struct After(UserId);

impl ListKey for After {
    const LIST: &'static str = "service_accounts";
}

/// List service accounts
#[utoipa::path(
    get, path = "/v1/service-accounts", tag = "service accounts", params(List),
    responses((status = 200, description = "A page of them", body = Page<ServiceAccountShown>))
)]
pub async fn list(
    State(api): State<Api>,
    principal: Principal,
    Query(query): Query<List>,
) -> Result<Answer<Page<ServiceAccountShown>>, Problem> {
    api.caught_up(Members::NAME, query.wait_for).await?;
    // Members lie in the order of their ids, and these have a beginning of their own.
    let begin: UserId = ids::checked(&format!("{ID_PREFIX}_"))?;
    let after = query.cursor.map_or(begin.clone(), |cursor| cursor.after.0.max(begin.clone()));
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let rows = members::list(&mut queries, Some(&after), query.limit.to_fetch()).await?;
    drop(queries);
    let is_one = |row: &MemberRow| row.user.as_str().starts_with(begin.as_str());
    let rows: Vec<_> = rows.into_iter().take_while(is_one).collect();
    let page = Page::of(rows, query.limit, |row| After(row.user.clone())).map_err(|_| Problem::internal())?;
    let found = page.data.iter().map(|row| api.service_account(&principal.tenant, &row.user));
    let found = try_join_all(found).await?;
    let ids = page.data.iter().map(|row| row.user.clone());
    let shown = ids
        .zip(found)
        .filter_map(|(id, found)| found.map(|(name, details)| ServiceAccountShown::new(id, &name, &details)));
    Ok(Answer::new(Page { data: shown.collect(), next_cursor: page.next_cursor }))
}
