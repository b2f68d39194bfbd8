//! What may be asked of a record. Values come as the table engine planned them.

use std::collections::BTreeMap;

use super::{Address, LinkChange, Source};
use crate::bases::cells::{Attachment, CellValue};
use crate::bases::ids::{AttachmentId, FieldId, RecordId};
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
    /// Puts a file behind those that are in the cell by then.
    AddFile {
        source: Source,
        stamp: Stamp,
        field: FieldId,
        attachment: Attachment,
    },
    /// What became of files that were fetched. One that has left its cell meanwhile is nobody's any more.
    SettleFiles {
        source: Source,
        stamp: Stamp,
        files: Vec<FileSettled>,
    },
    /// Another id of Airtable's that means this record.
    AddAlias {
        alias: RecordId,
    },
}

#[derive(Debug, Clone, PartialEq)]
pub struct FileSettled {
    pub field: FieldId,
    pub attachment: AttachmentId,
    /// What is known of it now. Nothing: there is no such file, so the cell has it no more.
    pub file: Option<Attachment>,
}
