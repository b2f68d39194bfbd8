//! Records as formulas see them.

use jiff::Timestamp;

use super::Reading;
use crate::bases::computed::VALUES;
use crate::bases::formula::{Fault, Row, Value};
use crate::bases::ids::FieldId;
use crate::bases::table::Record;

/// A record of the table whose formula it is.
#[derive(Clone, Copy)]
pub struct RecordRow<'r> {
    pub reading: &'r Reading<'r>,
    pub record: &'r Record,
}

impl Row for RecordRow<'_> {
    fn cell(&self, field: &str) -> Value<'_> {
        let found = FieldId::parse(field).ok().and_then(|id| self.reading.tables.field(id));
        found.map_or(Value::Error(Fault::NotAField), |(_, field)| self.reading.value(self.record, field))
    }

    fn record_id(&self) -> &str {
        self.record.id.as_str()
    }

    fn created_time(&self) -> Timestamp {
        self.record.created.at
    }

    fn last_modified_time(&self, fields: &[&str]) -> Option<Timestamp> {
        if fields.is_empty() {
            return self.record.last_edit(None).map(|stamp| stamp.at);
        }
        let fields: Vec<_> = fields.iter().filter_map(|id| FieldId::parse(id).ok()).collect();
        self.record.last_edit(Some(&fields)).map(|stamp| stamp.at)
    }
}

/// What the formula of a rollup sees: the linked cells, and otherwise the record that links to them.
pub struct RollupRow<'r> {
    pub own: RecordRow<'r>,
    pub values: Vec<Value<'r>>,
}

impl Row for RollupRow<'_> {
    fn cell(&self, field: &str) -> Value<'_> {
        if field == VALUES { Value::List(self.values.clone()) } else { Value::Error(Fault::NotAField) }
    }

    fn record_id(&self) -> &str {
        self.own.record_id()
    }

    fn created_time(&self) -> Timestamp {
        self.own.created_time()
    }

    fn last_modified_time(&self, fields: &[&str]) -> Option<Timestamp> {
        self.own.last_modified_time(fields)
    }
}
