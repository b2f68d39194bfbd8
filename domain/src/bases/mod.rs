//! Airtable's bases: what their schema, their cells and their edits mean. Pure; the stand-in server, the mirror and the
//! Airtable-compatible API all think with it. What nobody could settle yet about Airtable stands behind one named
//! constant or function, marked `Unsettled`.

pub mod base;
pub mod base_sync;
pub mod cells;
pub mod comment;
pub mod computed;
pub mod connection;
pub mod errors;
pub mod files;
pub mod filter;
pub mod formula;
mod id_map;
pub mod ids;
mod people;
mod permission_level;
pub mod ports;
pub mod record;
pub mod requests;
#[cfg(test)]
mod samples;
pub mod schema;
mod scope;
pub mod table;

use crate::id::Id;

pub use base::Base;
pub use base_sync::BaseSync;
pub use comment::Comment;
pub use connection::Connection;
pub use people::airtable_id_of;
pub use permission_level::PermissionLevel;
pub use record::Record;
pub use scope::Scope;

/// Marks the ids of what opens Airtable or proves that it speaks, kept outside the log.
pub struct AirtableSecret;
pub type AirtableSecretId = Id<AirtableSecret>;
pub type ConnectionId = Id<Connection>;

/// Names the stream of a base. What Airtable calls it is its [`ids::BaseId`].
pub type BaseKey = Id<Base>;
/// Names the stream of a comment. What callers call it is an [`ids::CommentId`].
pub type CommentKey = Id<Comment>;
/// Names the stream of a record. What callers call it is one of its aliases, an [`ids::RecordId`].
pub type RecordKey = Id<Record>;
