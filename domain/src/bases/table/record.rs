//! A record and what it holds itself. Links are kept apart, as they belong to two records.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::bases::cells::{CellValue, Collaborator};
use crate::bases::ids::{FieldId, RecordId};

/// Who did something, and when.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    pub at: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Collaborator>,
}

/// Airtable tells the times of its records to the second.
pub fn whole_second(at: Timestamp) -> Timestamp {
    Timestamp::from_second(at.as_second()).unwrap_or(at)
}

#[derive(Debug, Clone, PartialEq)]
pub struct Record {
    pub id: RecordId,
    pub created: Stamp,
    /// The how manieth of its table it is, ever.
    pub number: u64,
    /// What was written, and what is computed elsewhere and told to us.
    pub cells: BTreeMap<FieldId, CellValue>,
    /// The last edit of each field that was edited after the record was made.
    pub edited: BTreeMap<FieldId, Stamp>,
    /// Whether `cells` holds what was worked out as well, so that it need not be done again.
    pub settled: bool,
}

impl Record {
    /// The last edit of the given fields, or of any.
    pub fn last_edit(&self, fields: Option<&[FieldId]>) -> Option<&Stamp> {
        let counts = |field: &FieldId| fields.is_none_or(|fields| fields.contains(field));
        let edits = self.edited.iter().filter(|(field, _)| counts(field));
        edits.map(|(_, stamp)| stamp).max_by_key(|stamp| stamp.at)
    }
}
