//! Events of a size that the log takes: many tables or changes become several events of one unit.

use serde::Serialize;

use super::{BaseEvent, BaseRefusal, Origin, SCHEMA_BYTES_MAX};
use crate::bases::ids::BaseId;
use crate::bases::schema::{SchemaChange, Table};

/// As many tables as fit stand in the first event. In between the schema need not be sound.
pub fn created(
    airtable_id: BaseId,
    name: String,
    origin: Origin,
    tables: Vec<Table>,
) -> Result<Vec<BaseEvent>, BaseRefusal> {
    let mut packs = packed(tables)?.into_iter();
    let tables = packs.next().unwrap_or_default();
    let first = BaseEvent::Created { airtable_id, name, origin, tables };
    let others = packs.flatten().map(|table| SchemaChange::TableCreated { table }).collect();
    Ok([vec![first], changed(others)?].concat())
}

pub fn changed(changes: Vec<SchemaChange>) -> Result<Vec<BaseEvent>, BaseRefusal> {
    Ok(packed(changes)?.into_iter().map(|changes| BaseEvent::SchemaChanged { changes }).collect())
}

/// In order, and none of them empty.
fn packed<T: Serialize>(all: Vec<T>) -> Result<Vec<Vec<T>>, BaseRefusal> {
    let mut packs: Vec<Vec<T>> = Vec::new();
    let mut room = 0;
    for one in all {
        // With the comma behind it. What cannot be written would fit nowhere.
        let bytes = serde_json::to_string(&one).map_or(usize::MAX, |text| text.len() + 1);
        if bytes > SCHEMA_BYTES_MAX {
            return Err(BaseRefusal::ChangeTooLarge(bytes));
        }
        match packs.last_mut() {
            Some(pack) if bytes <= room => pack.push(one),
            _ => {
                packs.push(vec![one]);
                room = SCHEMA_BYTES_MAX;
            }
        }
        room -= bytes;
    }
    Ok(packs)
}
