//! What has happened to a record. Stored for ever: add variants, never change one. What customers keep is sealed under the key of
//! their base; ids are not, so that operators can follow what failed.

use std::collections::BTreeMap;

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::bases::BaseKey;
use crate::bases::cells::{CellValue, Collaborator};
use crate::bases::ids::{FieldId, RecordId, TableId};
use crate::personal::Personal;

/// Where a record is. Each event says it, so that whoever reads one needs no other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Address {
    pub base: BaseKey,
    pub table: TableId,
    /// Its first alias.
    pub record: RecordId,
}

/// Which way a change came. Who made it stands beside the event; people in Airtable are nobody here, and stand within.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Source {
    Api,
    /// Somebody or something in Airtable.
    Airtable,
    Workflow,
    Model,
    Import,
}

/// First what is removed goes, then what is added goes to the end, as [`crate::bases::table::Change::Linked`] says it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkChange {
    pub field: FieldId,
    pub removed: Vec<RecordId>,
    pub added: Vec<RecordId>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellChange {
    pub field: FieldId,
    pub before: Option<CellValue>,
    pub after: Option<CellValue>,
}

/// All that a record holds itself, and who filled it in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Content {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Collaborator>,
    pub cells: BTreeMap<FieldId, CellValue>,
}

/// What became of some cells, and who did it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CellChanges {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Collaborator>,
    pub cells: Vec<CellChange>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum RecordEvent {
    #[serde(rename = "record.created")]
    Created {
        address: Address,
        source: Source,
        at: Timestamp,
        content: Personal<Content>,
        links: Vec<LinkChange>,
    },
    /// One that was deleted is there again, with what it holds now.
    #[serde(rename = "record.restored")]
    Restored {
        address: Address,
        source: Source,
        at: Timestamp,
        content: Personal<Content>,
        links: Vec<LinkChange>,
    },
    #[serde(rename = "record.changed")]
    Changed {
        address: Address,
        source: Source,
        at: Timestamp,
        changes: Personal<CellChanges>,
        links: Vec<LinkChange>,
    },
    #[serde(rename = "record.deleted")]
    Deleted { address: Address, source: Source, at: Timestamp, by: Option<Personal<Collaborator>> },
    #[serde(rename = "record.alias_added")]
    AliasAdded { address: Address, alias: RecordId },
}

impl DomainEvent for RecordEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "record.created",
            Self::Restored { .. } => "record.restored",
            Self::Changed { .. } => "record.changed",
            Self::Deleted { .. } => "record.deleted",
            Self::AliasAdded { .. } => "record.alias_added",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}
