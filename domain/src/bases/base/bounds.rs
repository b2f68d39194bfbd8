//! How large a base may be.

use std::collections::BTreeSet;

use super::BaseRefusal;
use crate::bases::schema::{self, Table};

/// Longest name, in characters.
pub const NAME_LENGTH_MAX: usize = 255;
/// Unsettled: Airtable's bound on the tables of a base.
pub const TABLES_MAX: usize = 1_000;
/// Unsettled: Airtable's bound on the fields of a table.
pub const FIELDS_MAX: usize = 500;
/// Changes in one command.
pub const CHANGES_MAX: usize = 1_000;
/// Bytes of JSON that tables or changes take in one event. The log takes 256 KiB of an event with all that stands around it.
pub const SCHEMA_BYTES_MAX: usize = 200 * 1024;

/// A name without blanks around it, or nothing when it is empty, too long or holds control characters.
pub fn checked_name(name: &str) -> Option<String> {
    let name = name.trim();
    let fits = (1..=NAME_LENGTH_MAX).contains(&name.chars().count());
    (fits && !name.chars().any(char::is_control)).then(|| name.to_owned())
}

/// Whether there is not too much of anything, and each id names one thing.
pub fn check(schema: &schema::Base) -> Result<(), BaseRefusal> {
    if schema.tables.len() > TABLES_MAX {
        return Err(BaseRefusal::TooManyTables);
    }
    if schema.tables.iter().any(|table| table.fields.len() > FIELDS_MAX) {
        return Err(BaseRefusal::TooManyFields);
    }
    let mut taken = BTreeSet::new();
    match schema.tables.iter().flat_map(ids).find(|id| !taken.insert(*id)) {
        Some(id) => Err(BaseRefusal::IdTaken(id.to_owned())),
        None => Ok(()),
    }
}

/// Choices are looked for within their field, so their ids may come again in another.
fn ids(table: &Table) -> impl Iterator<Item = &str> {
    let fields = table.fields.iter().map(|field| field.id.as_str());
    std::iter::once(table.id.as_str()).chain(fields).chain(table.views.iter().map(|view| view.id.as_str()))
}
