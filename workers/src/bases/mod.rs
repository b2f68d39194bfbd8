//! What comes from Airtable into bases that follow it.

pub mod follow_airtable;
