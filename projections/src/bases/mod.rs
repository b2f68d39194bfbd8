//! Read models about bases.

// A read model has the name of its main table, as everywhere.
#[allow(clippy::module_inception)]
pub mod bases;
pub mod records;
