//! What one transaction did to a base, whole: each hook tells its own part of it. Cells stand in the shape of webhooks (V2).

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::ids::{FieldId, RecordId, TableId, ViewId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::Value;

use super::Origin;

#[derive(Debug, Clone, PartialEq)]
pub struct Happening {
    pub origin: Origin,
    pub changed_tables: BTreeMap<TableId, ChangedTable>,
    pub created_tables: BTreeMap<TableId, CreatedTable>,
    pub destroyed_tables: BTreeMap<TableId, DestroyedTable>,
}

/// A table that was there before and is there still.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChangedTable {
    pub metadata: Option<Both<Metadata>>,
    pub created_fields: BTreeMap<FieldId, FieldSaid>,
    pub changed_fields: BTreeMap<FieldId, Both<FieldSaid>>,
    pub destroyed_fields: BTreeSet<FieldId>,
    pub created_records: BTreeMap<RecordId, CreatedRecord>,
    pub changed_records: BTreeMap<RecordId, ChangedRecord>,
    pub destroyed_records: BTreeSet<RecordId>,
    /// What of the records is told to whoever looks at a view of them. A view that is not here shows all.
    pub sights: BTreeMap<ViewId, Sight>,
    /// No payload shows them; a hook may die of them.
    pub destroyed_views: BTreeSet<ViewId>,
}

/// Which of the records of a table a view shows: newly, no more, and as before.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Sight {
    pub entered: BTreeMap<RecordId, CreatedRecord>,
    pub left: BTreeSet<RecordId>,
    pub stayed: BTreeSet<RecordId>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CreatedTable {
    pub metadata: Metadata,
    pub fields: BTreeMap<FieldId, FieldSaid>,
    pub records: BTreeMap<RecordId, CreatedRecord>,
}

/// What went with a table.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct DestroyedTable {
    pub fields: BTreeSet<FieldId>,
    pub views: BTreeSet<ViewId>,
}

#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Both<T> {
    pub current: T,
    pub previous: T,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Metadata {
    pub name: String,
    pub description: Option<String>,
}

/// What payloads say of a field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldSaid {
    pub name: String,
    #[serde(rename = "type")]
    pub kind: String,
}

#[derive(Debug, Clone, PartialEq)]
pub struct CreatedRecord {
    pub at: Timestamp,
    pub cells: BTreeMap<FieldId, Value>,
}

/// A record of which at least one cell changed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct ChangedRecord {
    pub changed: BTreeMap<FieldId, ChangedCell>,
    pub unchanged: BTreeMap<FieldId, Value>,
}

/// Nothing stands for an empty cell, and for a previous one that nobody asks for.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedCell {
    pub current: Option<Value>,
    pub previous: Option<Value>,
}

impl Happening {
    pub fn new(origin: Origin) -> Self {
        Self {
            origin,
            changed_tables: BTreeMap::new(),
            created_tables: BTreeMap::new(),
            destroyed_tables: BTreeMap::new(),
        }
    }

    pub fn is_empty(&self) -> bool {
        self.changed_tables.is_empty() && self.created_tables.is_empty() && self.destroyed_tables.is_empty()
    }

    pub(super) fn table(&mut self, id: TableId) -> &mut ChangedTable {
        self.changed_tables.entry(id).or_default()
    }
}
