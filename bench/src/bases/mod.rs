//! What stands on Airtable's meaning of bases: formulas over many records, and the stand-in server.

pub mod formulas;
pub mod stand_in;
mod table;
