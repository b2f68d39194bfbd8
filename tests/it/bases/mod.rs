//! Bases: what of Airtable is spoken to and imitated.

mod client_faults;
mod tapes;
