//! Stand-ins for the systems outside, as real servers: what `airtide dev` and the tests talk to where there are no
//! credentials.

pub mod airtable;
