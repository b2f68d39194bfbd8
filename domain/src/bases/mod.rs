//! Bases as Airtable knows them.

pub mod formula;
