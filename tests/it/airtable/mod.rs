//! `/v0`: what Airtable's clients are promised here.

mod edge;
mod keys;
mod limits;
mod meta;
mod records;
