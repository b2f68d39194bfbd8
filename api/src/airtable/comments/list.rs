//! `GET /v0/{base}/{table}/{record}/comments`: page by page, from the newest on. Unsettled: that they come in this order.

use axum::extract::State;
use axum::response::Response;
use domain::bases::Comment;
use domain::bases::comment::{Details, PAGE_SIZE_MAX};
use domain::bases::errors::ApiError;
use domain::bases::requests::Query;
use futures_util::future::try_join_all;
use projections::bases::comments::{self, CommentRow};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{people, place, said};
use crate::Api;
use crate::access::Principal;
use crate::airtable::answer;
use crate::airtable::asked::Asked;
use crate::airtable::base::AtBase;
use crate::caught_up::unreadable;
use crate::http::{Path, Problem};
use crate::identity::ids;

#[derive(Deserialize)]
pub struct Segments {
    table: String,
    record: String,
}

/// List the comments on a record
///
/// From the newest on. An offset stays good whatever is written or deleted meanwhile.
#[utoipa::path(
    get, path = "/v0/{base}/{table}/{record}/comments", tag = "airtable",
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
        ("record" = String, Path, description = "The id of the record"),
        ("pageSize" = Option<u8>, Query, description = "At most 100, which it is otherwise"),
        ("offset" = Option<String>, Query, description = "What the page before told"),
    ),
    responses((status = 200, description = "A page of them", body = serde_json::Value))
)]
pub async fn list(
    State(api): State<Api>,
    principal: Principal,
    at: AtBase,
    Path(Segments { table, record }): Path<Segments>,
    Asked(query): Asked,
) -> Result<Response, Problem> {
    let address = place::address(&api, &at, &table, &record).await?;
    let (size, before) = (page_size(&query)?, offset(&query)?);
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let rows = comments::page(&mut queries, &at.0.id, address.record, before, size + 1).await;
    let mut rows = rows.map_err(|error| unreadable(&error))?;
    drop(queries);
    let is_over = rows.len() <= size;
    rows.truncate(size);
    let offset = rows.last().filter(|_| !is_over).map(|row| row.written.to_string());
    let comments = details(&api, &at, &rows).await?;
    let texts = comments.iter().filter_map(|comment| comment.text.get()).map(String::as_str);
    let people = people::of(&api, &principal, texts).await?;
    let comments: Vec<Value> = comments.iter().map(|comment| said::said(comment, &people)).collect();
    Ok(answer::said(&json!({ "comments": comments, "offset": offset })))
}

/// What they say lies in the log; one that was deleted a moment ago is left out.
async fn details(api: &Api, at: &AtBase, rows: &[CommentRow]) -> Result<Vec<Details>, Problem> {
    let states = rows.iter().map(async |row| {
        let found = api.executor.state::<Comment>(&at.0.tenant, ids::stream(&row.id)?).await?;
        Ok::<_, Problem>(found.state.details().cloned())
    });
    Ok(try_join_all(states).await?.into_iter().flatten().collect())
}

fn page_size(query: &Query) -> Result<usize, ApiError> {
    let size = query.one("pageSize").map_or(Ok(PAGE_SIZE_MAX), str::parse);
    size.ok().filter(|size| (1..=PAGE_SIZE_MAX).contains(size)).ok_or(ApiError::InvalidRequest)
}

/// Clients send an empty one with the first page.
fn offset(query: &Query) -> Result<Option<i64>, ApiError> {
    let offset = query.one("offset").filter(|offset| !offset.is_empty());
    let read = |offset: &str| offset.parse().map_err(|_| ApiError::InvalidOffset(offset.to_owned()));
    offset.map(read).transpose()
}
