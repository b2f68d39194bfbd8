//! What has happened to a base. Stored for ever: add variants, never change one. A schema is not sealed, so that operators
//! can read what failed; what records hold is never part of it.

use cqrs_es::DomainEvent;
use serde::{Deserialize, Serialize};

use super::Origin;
use crate::bases::ids::BaseId;
use crate::bases::schema::{SchemaChange, Table};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BaseEvent {
    /// Tables that do not fit in one event follow as changes of the schema, in the same unit.
    #[serde(rename = "base.created")]
    Created { airtable_id: BaseId, name: String, origin: Origin, tables: Vec<Table> },
    #[serde(rename = "base.schema_changed")]
    SchemaChanged { changes: Vec<SchemaChange> },
    #[serde(rename = "base.renamed")]
    Renamed { name: String },
    #[serde(rename = "base.deleted")]
    Deleted {},
}

impl DomainEvent for BaseEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Created { .. } => "base.created",
            Self::SchemaChanged { .. } => "base.schema_changed",
            Self::Renamed { .. } => "base.renamed",
            Self::Deleted {} => "base.deleted",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}
