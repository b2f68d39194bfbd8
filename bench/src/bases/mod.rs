//! What stands on Airtable's meaning of bases: formulas over many records, reading and writing them, and the stand-in server.

pub mod formulas;
pub mod records;
pub mod stand_in;
mod table;
