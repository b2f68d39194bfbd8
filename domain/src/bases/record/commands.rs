//! What may be asked of a record. Values come as the table engine planned them.

use std::collections::BTreeMap;

use super::{Address, LinkChange, Source};
use crate::bases::cells::CellValue;
use crate::bases::ids::{FieldId, RecordId};
use crate::bases::table::Stamp;

#[derive(Debug, Clone, PartialEq)]
pub enum RecordCommand {
    /// Makes it, or brings a deleted one back.
    Create {
        address: Address,
        source: Source,
        stamp: Stamp,
        /// Without cells that link.
        cells: BTreeMap<FieldId, CellValue>,
        links: Vec<LinkChange>,
    },
    Change {
        source: Source,
        stamp: Stamp,
        /// Nothing clears the cell.
        cells: BTreeMap<FieldId, Option<CellValue>>,
        links: Vec<LinkChange>,
    },
    Delete {
        source: Source,
        stamp: Stamp,
    },
    /// Another id of Airtable's that means this record.
    AddAlias {
        alias: RecordId,
    },
}
