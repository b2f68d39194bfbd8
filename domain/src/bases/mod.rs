//! Airtable's bases: what their schema, their cells and their edits mean. Pure; the stand-in server, the mirror and the
//! Airtable-compatible API all think with it. What nobody could settle yet about Airtable stands behind one named
//! constant or function, marked `Unsettled`.

pub mod base;
pub mod base_sync;
pub mod cells;
pub mod computed;
pub mod connection;
pub mod errors;
pub mod formula;
mod id_map;
pub mod ids;
pub mod ports;
pub mod record;
#[cfg(test)]
mod samples;
pub mod schema;
pub mod table;

use crate::id::Id;

pub use base::Base;
pub use base_sync::BaseSync;
pub use connection::Connection;
pub use record::Record;

/// Marks the ids of what opens Airtable or proves that it speaks, kept outside the log.
pub struct AirtableSecret;
pub type AirtableSecretId = Id<AirtableSecret>;
pub type ConnectionId = Id<Connection>;

/// Names the stream of a base. What Airtable calls it is its [`ids::BaseId`].
pub type BaseKey = Id<Base>;
/// Names the stream of a record. What callers call it is one of its aliases, an [`ids::RecordId`].
pub type RecordKey = Id<Record>;
