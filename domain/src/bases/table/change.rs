//! What happened to a base. Only the side of a link that was edited is told, as what was taken away and what was added: an
//! invoice that gets a client does not repeat the client's five thousand other invoices.

use serde::{Deserialize, Serialize};

use super::Stamp;
use crate::bases::cells::CellValue;
use crate::bases::ids::{FieldId, RecordId, TableId};
use crate::bases::schema::Choice;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "change", rename_all = "snake_case")]
pub enum Change {
    ChoiceAdded {
        table: TableId,
        field: FieldId,
        choice: Choice,
    },
    RecordCreated {
        table: TableId,
        record: RecordId,
        number: u64,
    },
    /// Nothing clears the cell.
    CellSet {
        table: TableId,
        record: RecordId,
        field: FieldId,
        value: Option<CellValue>,
    },
    /// First what is removed goes, then what is added goes to the end. A record in both lists is moved.
    Linked {
        table: TableId,
        record: RecordId,
        field: FieldId,
        removed: Vec<RecordId>,
        added: Vec<RecordId>,
    },
    RecordDeleted {
        table: TableId,
        record: RecordId,
    },
}

/// The changes of one batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Edit {
    pub stamp: Stamp,
    pub changes: Vec<Change>,
}
