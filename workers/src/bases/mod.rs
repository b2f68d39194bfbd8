//! Work about bases: what comes from Airtable into those that follow it, and the bytes of files that cells name.

pub mod fetch_attachments;
pub mod follow_airtable;
