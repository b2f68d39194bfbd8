//! What stands on Airtable's meaning of bases: formulas over many records, reading and writing them, the stand-in server, and following it.

pub mod formulas;
pub mod import;
pub mod records;
pub mod stand_in;
mod table;
