//! One record by its id.

use domain::bases::errors::ApiError;
use domain::bases::requests::Format;

use super::say;
use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{Scope, read};

pub fn get(call: &Call<'_>, base: &str, table: &str, record: &str) -> Said {
    let held = call.base(base, Scope::RecordsRead)?;
    let held = read(&held);
    let table = held.table(table)?.id;
    let format = Format { fields: Vec::new(), ..Format::of_address(&call.query)? };
    let record = held.tables.record_called(table, record)?;
    let records = say::records(&held, table, &format, [record], call)?;
    said(records.first().ok_or(ApiError::RecordNotFound)?)
}
