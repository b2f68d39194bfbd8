//! `/v0`: what Airtable's clients are promised here.

mod attachments;
mod comments;
mod connected;
mod edge;
mod keys;
mod limits;
mod meta;
mod records;
