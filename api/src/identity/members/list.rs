//! `GET /v1/members`: who is in the tenant, in the order of their ids.

use axum::extract::State;
use domain::identity::UserId;
use projections::identity::members::{self, Members};
use projections::runtime::ReadModel;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::shown::MemberListed;
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

#[derive(Debug, Serialize, Deserialize)]
pub struct After(UserId);

impl ListKey for After {
    const LIST: &'static str = "members";
}

/// List members
#[utoipa::path(
    get, path = "/v1/members", tag = "members", params(List),
    responses((status = 200, description = "A page of them", body = Page<MemberListed>))
)]
pub async fn list(
    State(api): State<Api>,
    principal: Principal,
    Query(query): Query<List>,
) -> Result<Answer<Page<MemberListed>>, Problem> {
    api.caught_up(Members::NAME, query.wait_for).await?;
    // Members lie in the order of their ids: people after accounts of services.
    let begin: UserId = ids::checked(ids::USER)?;
    let after = query.cursor.as_ref().map_or(&begin, |cursor| (&cursor.after.0).max(&begin));
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let rows = members::list(&mut queries, Some(after), query.limit.to_fetch()).await?;
    let page = Page::of(rows, query.limit, |row| After(row.user.clone())).map_err(|_| Problem::internal())?;
    Ok(Answer::new(page.map(MemberListed::from)))
}
