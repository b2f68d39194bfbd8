//! Lists of records, page by page.

use std::sync::{MutexGuard, PoisonError};

use domain::bases::ids::TableId;
use domain::bases::requests::ListRequest;
use domain::bases::table::list::{Iterators, Listing};
use jiff::SignedDuration;
use serde_json::{Map, Value, json};

use super::say;
use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{Held, Scope, read};

pub fn list(call: &Call<'_>, base: &str, table: &str) -> Said {
    let held = call.base(base, Scope::RecordsRead)?;
    let held = read(&held);
    let table = held.table(table)?.id;
    page(call, &held, table, &ListRequest::of_address(&call.query)?)
}

pub fn list_by_post(call: &Call<'_>, base: &str, table: &str) -> Said {
    let held = call.base(base, Scope::RecordsRead)?;
    let held = read(&held);
    let table = held.table(table)?.id;
    page(call, &held, table, &ListRequest::of_body(&call.query, &call.body()?)?)
}

fn page(call: &Call<'_>, held: &Held, table: TableId, requested: &ListRequest) -> Said {
    let size = requested.listed.page_size()?;
    let page = match &requested.offset {
        Some(offset) => iterators(call, held).go_on(&held.tables, table, offset, size, call.at)?,
        None => {
            // What takes long is done before others wait for the iterators.
            let listing = Listing::freeze(&held.tables.at(call.at), table, &requested.listed)?;
            iterators(call, held).begin(&held.tables, listing, call.app.mint().make(), size, call.at)?
        }
    };
    let mut body = Map::new();
    let records = say::records(held, table, &requested.format, page.records, call)?;
    body.insert("records".into(), Value::Array(records));
    if let Some(offset) = page.offset {
        body.insert("offset".into(), json!(offset.to_string()));
    }
    said(&body)
}

fn iterators<'a>(call: &Call<'_>, held: &'a Held) -> MutexGuard<'a, Iterators> {
    let idle_max = call.app.knobs().iterator_idle_seconds;
    let mut iterators = held.iterators.lock().unwrap_or_else(PoisonError::into_inner);
    iterators.idle_max = SignedDuration::from_secs(i64::from(idle_max));
    iterators
}
