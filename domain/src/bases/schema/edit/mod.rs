//! Changing a schema by the meta API: tables and fields are made and renamed, never deleted or made another type.

mod change;
mod create;
mod draft;
mod rename;

pub use change::SchemaChange;
pub use draft::{FieldDraft, TableDraft};
pub use rename::Renaming;
