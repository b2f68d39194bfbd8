//! Saying records as the caller wants them.

use std::borrow::Cow;

use domain::bases::errors::ApiError;
use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::requests::Format;
use domain::bases::schema::{FieldType, Table};
use domain::bases::table::{Keys, Record, Saying};
use serde_json::{Value, json};

use crate::airtable::edge::Call;
use crate::airtable::world::Held;

/// Some records of a table, in the order given.
pub fn records<'a>(
    held: &'a Held,
    table: TableId,
    format: &Format,
    records: impl IntoIterator<Item = &'a Record>,
    call: &Call<'_>,
) -> Result<Vec<Value>, ApiError> {
    let schema = held.tables.base().table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
    let keys = if format.by_id { Keys::Ids } else { Keys::Names };
    let called: Vec<&str> = format.fields.iter().map(String::as_str).collect();
    let reading = held.tables.at(call.at);
    let mut saying = Saying::all(&reading, table, keys)?.only(schema, &called)?;
    if let Some(place) = format.place()? {
        saying = saying.as_text(place);
    }
    let (with_files, addresses) = (with_files(schema, keys), call.addresses());
    let said = records.into_iter().map(|record| {
        let addressed = if format.as_text { addresses.in_cells(record) } else { Cow::Borrowed(record) };
        let mut said = saying.record(&addressed);
        for key in &with_files {
            if let Some(cell) = said["fields"].get_mut(key) {
                addresses.fresh(cell);
            }
        }
        if format.comment_count {
            said["commentCount"] = json!(held.comments.count(record.id));
        }
        said
    });
    Ok(said.collect())
}

/// What the fields are called whose cells may hold files.
fn with_files(table: &Table, keys: Keys) -> Vec<&str> {
    let fields = table.fields.iter().filter(|field| may_hold_files(&field.kind));
    let called = fields.map(|field| match keys {
        Keys::Names => field.name.as_str(),
        Keys::Ids => field.id.as_str(),
    });
    called.collect()
}

/// A lookup whose outcome is not known may.
fn may_hold_files(kind: &FieldType) -> bool {
    match kind {
        FieldType::MultipleAttachments(_) => true,
        FieldType::MultipleLookupValues(options) => options.result.as_deref().is_none_or(may_hold_files),
        _ => false,
    }
}

/// A record with one of its cells, by the id of its field.
pub fn one_cell(
    call: &Call<'_>,
    held: &Held,
    table: TableId,
    record: RecordId,
    field: FieldId,
) -> Result<Value, ApiError> {
    let format = Format { fields: vec![field.to_string()], by_id: true, ..Format::default() };
    written(held, table, &format, &[record], call)?.pop().ok_or(ApiError::RecordNotFound)
}

/// Those that were written just now.
pub fn written(
    held: &Held,
    table: TableId,
    format: &Format,
    ids: &[RecordId],
    call: &Call<'_>,
) -> Result<Vec<Value>, ApiError> {
    records(held, table, format, ids.iter().filter_map(|id| held.tables.record(table, *id)), call)
}
