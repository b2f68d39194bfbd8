//! `GET /v1/ops/work/items`: work that fits what is asked for, from either end.

use axum::extract::State;
use domain::identity::TenantId;
use eventstore::work::{Choice, Order, Piece, State as Stands};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::choice::States;
use crate::Api;
use crate::access::Operator;
use crate::http::{Answer, Cursor, Limit, ListKey, Page, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct List {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Place>>,
    /// The newest first.
    #[serde(default)]
    newest: bool,
    worker: Option<String>,
    /// States, separated by commas; without any, all of work that is not settled.
    #[serde(rename = "state")]
    #[param(value_type = Option<String>, example = "parked,unknown")]
    states: Option<States>,
    /// What is done in order.
    key: Option<String>,
    #[param(value_type = Option<String>)]
    tenant: Option<TenantId>,
    /// A group of failures, by its name.
    group: Option<String>,
    #[param(value_type = Option<String>, format = DateTime)]
    owed_before: Option<Timestamp>,
    #[param(value_type = Option<String>, format = DateTime)]
    owed_after: Option<Timestamp>,
}

/// Among all work, in the order in which it came to be owed.
#[derive(Debug, Serialize, Deserialize)]
pub struct Place(i64);

impl ListKey for Place {
    const LIST: &'static str = "ops/work";
}

/// Work, piece by piece
#[utoipa::path(
    get, path = "/v1/ops/work/items", tag = "operations", params(List),
    responses((status = 200, description = "A page of it", body = Page<serde_json::Value>))
)]
pub async fn list(
    State(api): State<Api>,
    _: Operator,
    Query(query): Query<List>,
) -> Result<Answer<Page<Piece>>, Problem> {
    let order = if query.newest { Order::NewestFirst } else { Order::OldestFirst };
    let (behind, limit) = (query.cursor.as_ref().map(|cursor| cursor.after.0), query.limit.rows());
    let listed = api.ops.work.list(&query.choice(), order, behind, limit).await?;
    let next = listed.next.map(|place| Cursor::write(&Place(place))).transpose();
    Ok(Answer::new(Page { data: listed.work, next_cursor: next.map_err(|_| Problem::internal())? }))
}

impl List {
    fn choice(self) -> Choice {
        Choice {
            worker: self.worker,
            states: self.states.map_or_else(|| Stands::UNSETTLED.to_vec(), |states| states.0),
            key: self.key,
            tenant: self.tenant,
            group: self.group,
            owed_before: self.owed_before,
            owed_after: self.owed_after,
        }
    }
}
