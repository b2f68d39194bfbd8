//! Saying records as the caller wants them.

use domain::bases::errors::ApiError;
use domain::bases::ids::{RecordId, TableId};
use domain::bases::table::{Keys, Record, Saying};
use jiff::Timestamp;
use serde_json::{Value, json};

use super::requested::Format;
use crate::airtable::world::Held;

/// Some records of a table, in the order given.
pub fn records<'a>(
    held: &'a Held,
    table: TableId,
    format: &Format,
    records: impl IntoIterator<Item = &'a Record>,
    at: Timestamp,
) -> Result<Vec<Value>, ApiError> {
    let schema = held.tables.base().table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
    let keys = if format.by_id { Keys::Ids } else { Keys::Names };
    let called: Vec<&str> = format.fields.iter().map(String::as_str).collect();
    let reading = held.tables.at(at);
    let mut saying = Saying::all(&reading, table, keys)?.only(schema, &called)?;
    if let Some(place) = format.place()? {
        saying = saying.as_text(place);
    }
    let said = records.into_iter().map(|record| {
        let mut said = saying.record(record);
        if format.comment_count {
            said["commentCount"] = json!(held.comments.count(record.id));
        }
        said
    });
    Ok(said.collect())
}

/// Those that were written just now.
pub fn written(
    held: &Held,
    table: TableId,
    format: &Format,
    ids: &[RecordId],
    at: Timestamp,
) -> Result<Vec<Value>, ApiError> {
    records(held, table, format, ids.iter().filter_map(|id| held.tables.record(table, *id)), at)
}
