//! Taking over what Airtable says of a cell, in either shape. What says nothing new is no change; so the echo of one's own
//! edit is none, and neither is the other side of a link that is known already.

use serde_json::Value;

use super::links::difference;
use super::{Change, Tables};
use crate::bases::cells::{CellValue, Unreadable, read, same};
use crate::bases::ids::{RecordId, TableId};
use crate::bases::schema::{Field, FieldType};

impl Tables {
    /// What is worked out here from other cells is not taken over.
    pub fn observed(
        &self,
        table: TableId,
        record: RecordId,
        field: &Field,
        said: &Value,
    ) -> Result<Option<Change>, Unreadable> {
        if field.kind.is_derived() {
            return Ok(None);
        }
        let value = read(&field.kind, said)?;
        if let FieldType::MultipleRecordLinks(_) = &field.kind {
            return Ok(self.relinked(table, record, field, value));
        }
        let before = self.record(table, record).and_then(|record| record.cells.get(&field.id));
        let changed = !same(&field.kind, before, value.as_ref());
        Ok(changed.then_some(Change::CellSet { table, record, field: field.id, value }))
    }

    fn relinked(
        &self,
        table: TableId,
        record: RecordId,
        field: &Field,
        value: Option<CellValue>,
    ) -> Option<Change> {
        let after = match value {
            Some(CellValue::Links(records)) => records,
            _ => Vec::new(),
        };
        let (removed, added) = difference(&self.linked(field.id, record), &after);
        let changed = !(removed.is_empty() && added.is_empty());
        changed.then_some(Change::Linked { table, record, field: field.id, removed, added })
    }
}
