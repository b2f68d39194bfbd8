//! Airtable as this context needs it: one trait for each concern, and what its faults mean for whoever waits. How it is
//! spoken to is an adapter's business. Things are named by id, never by a name that somebody may change.

mod access;
mod attachments;
mod blobs;
mod comments;
mod downloads;
mod fault;
mod oauth;
mod payload;
mod records;
mod schema;
mod sweep;
mod webhooks;

pub use access::{Access, Airtable, Connected, Identity, Person, Sent};
pub use attachments::{Attachments, DownloadFault, File, Sink, SinkBroken, UPLOAD_BYTES_MAX, Uploaded};
pub use blobs::{BlobFault, Blobs, Incoming, Kept, Outgoing};
pub use comments::{Author, Comment, CommentPage, Comments};
pub use downloads::{Downloaded, Downloads};
pub use fault::{Fault, Refused, Trouble};
pub use oauth::{Asked, Begun, Grant, OAuth};
pub use payload::{
    Actor, Cells, ChangedRecord, ChangedTable, CreatedRecord, CreatedTable, Origin, Payload, Told,
};
pub use records::{FoundRecord, Page, Place, Query, Records, Row, SortBy, UnreadableCell, Upserted};
pub use schema::{BaseSeen, BasesPage, Described, MetaSchema};
pub use sweep::{RESTARTS_MAX, Sweep, Swept};
pub use webhooks::{
    HookFound, HookMade, HookResult, Includes, PAYLOADS_MAX, PayloadPage, PingCheck, Specification, Watched,
    Webhooks,
};

#[cfg(test)]
mod tests;
