//! Finding the records that a batch names.

use std::collections::BTreeSet;

use super::Tables;
use crate::bases::errors::ApiError;
use crate::bases::ids::{RecordId, TableId};

/// Records that are there, each named once.
pub fn existing(tables: &Tables, table: TableId, ids: &[&str]) -> Result<Vec<RecordId>, ApiError> {
    let found: Vec<_> = ids.iter().map(|id| one(tables, table, id)).collect::<Result<_, _>>()?;
    each_once(&found)?;
    Ok(found)
}

pub fn one(tables: &Tables, table: TableId, id: &str) -> Result<RecordId, ApiError> {
    let found = RecordId::parse(id).ok().filter(|id| tables.record(table, *id).is_some());
    found.ok_or_else(|| ApiError::RecordDoesNotExist { id: id.into() })
}

/// Unsettled: what Airtable says of a record that is named twice; deleting one again in the same batch among it.
pub fn each_once(records: &[RecordId]) -> Result<(), ApiError> {
    let mut seen = BTreeSet::new();
    let once = records.iter().all(|record| seen.insert(record));
    if once { Ok(()) } else { Err(ApiError::RecordNamedTwice) }
}
