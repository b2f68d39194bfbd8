//! Saying a value in either of Airtable's shapes.

use serde_json::{Map, Value, json};

use super::{CellValue, choice, date, link, number};
use crate::bases::ids::RecordId;
use crate::bases::schema::{ChoiceOptions, FieldType};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Of records.
    V1,
    /// Of the payloads of webhooks.
    V2,
    /// Of read models: as records have it, but choices by id, so that another name for one changes no row.
    Kept,
}

/// What linked records are called.
pub trait Names {
    fn record(&self, id: RecordId) -> String;
}

/// Nothing for a cell that is left out.
pub fn write(kind: &FieldType, value: &CellValue, shape: Shape, names: &dyn Names) -> Option<Value> {
    if value.is_empty() {
        return None;
    }
    Writing { choices: choices_of(kind), shape, names }.value(value)
}

/// The choices of a select, or of what a computed field makes of one.
pub fn choices_of(kind: &FieldType) -> Option<&ChoiceOptions> {
    let outcome = match kind {
        FieldType::Formula(options) => &options.result,
        FieldType::Rollup(options) => &options.result,
        FieldType::MultipleLookupValues(options) => &options.result,
        other => return other.choices(),
    };
    outcome.as_deref().and_then(choices_of)
}

struct Writing<'a> {
    choices: Option<&'a ChoiceOptions>,
    shape: Shape,
    names: &'a dyn Names,
}

impl Writing<'_> {
    fn value(&self, value: &CellValue) -> Option<Value> {
        use CellValue as C;
        let written = match value {
            C::Text(text) => json!(text),
            C::Number(number) => number::write(*number),
            C::Boolean(set) => json!(set),
            C::Date(day) => json!(day),
            C::Moment(instant) => json!(date::write_moment(*instant)),
            C::Choice(id) => choice::write(self.choices, *id, self.shape)?,
            C::Choices(ids) => {
                ids.iter().filter_map(|id| choice::write(self.choices, *id, self.shape)).collect()
            }
            C::Collaborator(one) => json!(one),
            C::Collaborators(all) => json!(all),
            C::Links(records) => {
                records.iter().map(|record| link::write(*record, self.shape, self.names)).collect()
            }
            C::Attachments(all) => json!(all),
            C::Barcode(barcode) => json!(barcode),
            C::List(list) => self.list(list),
            C::Lookup(by_record) => self.lookup(by_record),
            C::Error(error) => json!({ "error": error }),
            C::Special(value) => json!({ "specialValue": value }),
            C::Raw(value) => value.clone(),
        };
        Some(written)
    }

    /// The lists that single links and attachments are become part of the list around them.
    fn list(&self, list: &[CellValue]) -> Value {
        let flat = list.iter().filter_map(|value| self.value(value)).flat_map(|written| match written {
            Value::Array(inner) => inner,
            single => vec![single],
        });
        flat.collect()
    }

    fn lookup(&self, by_record: &[(RecordId, Vec<CellValue>)]) -> Value {
        let mut lists = by_record.iter().map(|(record, values)| (record.to_string(), self.list(values)));
        match self.shape {
            Shape::V1 | Shape::Kept => lists
                .flat_map(|(_, list)| match list {
                    Value::Array(values) => values,
                    single => vec![single],
                })
                .collect(),
            Shape::V2 => {
                let values: Map<String, Value> = lists.by_ref().collect();
                let records: Vec<_> = by_record.iter().map(|(record, _)| record).collect();
                json!({ "valuesByLinkedRecordId": values, "linkedRecordIds": records })
            }
        }
    }
}
