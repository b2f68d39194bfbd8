//! What a webhook tells happened. Cells are in the webhooks' shape; keys that are not known are passed over.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::Deserialize;
use serde_json::Value;

use crate::bases::ids::{FieldId, RecordId, TableId};
use crate::bases::table::Fields;

/// One payload. A person's one act may be split over several with the same timestamp and transaction number.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Payload {
    pub timestamp: Timestamp,
    /// Left out of some error payloads.
    pub base_transaction_number: Option<u64>,
    pub action_metadata: Option<Origin>,
    #[serde(default)]
    pub changed_tables_by_id: BTreeMap<TableId, ChangedTable>,
    #[serde(default)]
    pub created_tables_by_id: BTreeMap<TableId, CreatedTable>,
    #[serde(default)]
    pub destroyed_table_ids: Vec<TableId>,
    /// The hook is dead, and this is the last that it tells.
    #[serde(default)]
    pub error: bool,
    /// Why it is dead.
    pub code: Option<String>,
}

/// Who did it, and by which way.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Origin {
    pub source: String,
    pub source_metadata: Option<Actor>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Actor {
    pub user: Option<Told>,
}

/// A person as webhooks tell of them.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Told {
    pub id: String,
    pub email: Option<String>,
    pub name: Option<String>,
    pub permission_level: Option<String>,
}

/// Definitions of fields and tables stay as they came: they are the sign to read the schema again.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct ChangedTable {
    pub changed_metadata: Option<Value>,
    pub created_fields_by_id: BTreeMap<FieldId, Value>,
    pub changed_fields_by_id: BTreeMap<FieldId, Value>,
    pub destroyed_field_ids: Vec<FieldId>,
    pub created_records_by_id: BTreeMap<RecordId, CreatedRecord>,
    pub changed_records_by_id: BTreeMap<RecordId, ChangedRecord>,
    pub destroyed_record_ids: Vec<RecordId>,
    /// Only where a view is watched.
    pub changed_views_by_id: Option<Value>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CreatedRecord {
    pub created_time: Timestamp,
    /// Unsettled: whether it is there for a record without cells.
    #[serde(default)]
    pub cell_values_by_field_id: Fields,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default)]
pub struct ChangedRecord {
    pub current: Cells,
    pub previous: Option<Cells>,
    pub unchanged: Option<Cells>,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Cells {
    pub cell_values_by_field_id: Fields,
}

#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct CreatedTable {
    pub metadata: Option<Value>,
    pub fields_by_id: BTreeMap<FieldId, Value>,
    pub records_by_id: BTreeMap<RecordId, CreatedRecord>,
}

impl Payload {
    pub fn read(value: &Value) -> Result<Self, serde_json::Error> {
        Self::deserialize(value)
    }
}
