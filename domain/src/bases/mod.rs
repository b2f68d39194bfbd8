//! Airtable's bases: what their schema, their cells and their edits mean. Pure; the stand-in server, the mirror and the
//! Airtable-compatible API all think with it. What nobody could settle yet about Airtable stands behind one named
//! constant or function, marked `Unsettled`.

pub mod cells;
pub mod computed;
pub mod errors;
pub mod formula;
mod id_map;
pub mod ids;
pub mod ports;
#[cfg(test)]
mod samples;
pub mod schema;
pub mod table;
