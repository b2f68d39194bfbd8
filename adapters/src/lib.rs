//! The outside systems: one folder each, which implements a port of the domain and knows nothing else of this program.

pub mod airtable;
pub mod blobs;
pub mod http;
pub mod mail;
