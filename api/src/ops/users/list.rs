//! `GET /v1/ops/users`: everybody, or who has an address.

use axum::extract::State;
use domain::identity::UserId;
use projections::identity::users::{self, UserState, Users};
use projections::runtime::ReadModel;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::UserTold;
use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Cursor, Limit, ListKey, Page, PositionToken, Problem, Query};
use crate::identity::reserved::Identifier;
use crate::identity::{ids, user_state};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct List {
    /// Only these.
    #[param(value_type = Option<String>, pattern = "^(active|suspended|deleted)$")]
    state: Option<UserState>,
    /// Only whoever has this address, exactly, and has proven it where that is asked for.
    email: Option<String>,
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
    const LIST: &'static str = "ops_users";
}

/// People of all tenants
///
/// In the order of their ids, which is that of registering.
#[utoipa::path(
    get, path = "/v1/ops/users", tag = "operations", params(List),
    responses((status = 200, description = "A page of them", body = Page<UserTold>))
)]
pub async fn list(
    State(api): State<Api>,
    _: Operator,
    Query(query): Query<List>,
) -> Result<Answer<Page<UserTold>>, Problem> {
    if let Some(email) = &query.email {
        let found = by_address(&api, email).await?;
        let found = found.filter(|told| query.state.is_none_or(|state| told.state == state));
        let found = Vec::from_iter(found);
        let page = Page::of(found, query.limit, |told| After(told.id.clone()));
        return Ok(Answer::new(page.map_err(|_| Problem::internal())?));
    }
    api.caught_up(Users::NAME, query.wait_for).await?;
    let after = query.cursor.as_ref().map(|cursor| &cursor.after.0);
    let mut queries = api.queries.begin(&user_state::platform()?).await?;
    let rows = users::list(&mut queries, query.state, after, query.limit.to_fetch()).await?;
    drop(queries);
    let mut told = Vec::with_capacity(rows.len());
    for row in &rows {
        told.push(UserTold::listed(&api, row).await?);
    }
    let page = Page::of(told, query.limit, |told| After(told.id.clone()));
    Ok(Answer::new(page.map_err(|_| Problem::internal())?))
}

async fn by_address(api: &Api, email: &str) -> Result<Option<UserTold>, Problem> {
    let Some(Identifier::Email(address)) = Identifier::of(email) else { return Ok(None) };
    let identifier = Identifier::Email(address);
    let key = identifier.key(&api.executor);
    match api.identity.kept.owner_of(identifier.kind(), &key).await? {
        Some(owner) => Ok(Some(UserTold::now(api, &ids::checked(&owner)?).await?)),
        None => Ok(None),
    }
}
