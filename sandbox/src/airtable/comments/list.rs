//! The comments on a record, page by page.

use domain::bases::comment::PAGE_SIZE_MAX;
use domain::bases::errors::ApiError;
use serde_json::{Value, json};

use super::{place, say};
use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{Scope, read};

pub fn list(call: &Call<'_>, base: &str, table: &str, record: &str) -> Said {
    let held = call.base(base, Scope::CommentsRead)?;
    let held = read(&held);
    let (_, record) = place(&held, table, record)?;
    let page = held.comments.page(record, call.query.one("offset"), page_size(call)?)?;
    let accounts = call.app.world.accounts();
    let comments: Vec<Value> = page.comments.iter().map(|comment| say::said(comment, &accounts)).collect();
    said(&json!({ "comments": comments, "offset": page.offset }))
}

fn page_size(call: &Call<'_>) -> Result<usize, ApiError> {
    let size = call.query.one("pageSize").map_or(Ok(PAGE_SIZE_MAX), str::parse);
    size.ok().filter(|size| (1..=PAGE_SIZE_MAX).contains(size)).ok_or(ApiError::InvalidRequest)
}
