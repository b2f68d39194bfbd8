//! What may be wrong with the files of an export, each said with its place.

use std::io;

use uuid::Uuid;

use crate::chain::Broken;
use crate::transfer::line::BadLine;
use crate::transfer::segment::BadFile;

#[derive(Debug, thiserror::Error)]
pub enum ImportFault {
    #[error(transparent)]
    File(#[from] BadFile),
    #[error("{file} is not what was exported: its hash differs, and the first place where it shows is this")]
    Altered { file: String, source: Box<ImportFault> },
    #[error("line {line} of {file} cannot be read")]
    Line { file: String, line: u64, source: BadLine },
    #[error("line {line} of {file} is an event outside of any batch")]
    Stray { file: String, line: u64 },
    #[error("{file} ends within the batch of positions {first} to {last}")]
    EndsWithin { file: String, first: i64, last: i64 },
    #[error("the exported log is not what was recorded, in {file}")]
    Broken { file: String, source: Broken },
    #[error(
        "the log holds {event_type} in version {schema_version}, which this program does not know: it was written by version {version}"
    )]
    NewerCatalog { event_type: String, schema_version: i16, version: String },
    #[error("command {id} is written down at position {position}, where the events say otherwise")]
    Command { id: Uuid, position: i64 },
    #[error("{file} has {found} rows, and the manifest says {said}")]
    Rows { file: String, found: i64, said: i64 },
    #[error("the manifest names {0:?}, which is no name of a file of an export")]
    Name(String),
    #[error("the segments do not follow each other: {file} begins at position {found} instead of {expected}")]
    Gap { file: String, found: i64, expected: i64 },
    #[error("the manifest is of another log than its segments: {0}")]
    Manifest(&'static str),
    #[error("the import stopped")]
    Thread(#[source] io::Error),
}
