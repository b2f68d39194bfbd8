//! Changing a schema: plans say what would happen, or why not; applying what they say cannot fail. The meta API makes and
//! renames; deleting and giving another type is left to the client, and kept apart.

mod apply;
mod change;
mod create;
mod delete;
mod difference;
mod draft;
mod rename;
mod retype;
mod schedule;
mod view;

pub use change::SchemaChange;
pub use draft::{FieldDraft, TableDraft};
pub use rename::Renaming;
pub use retype::KindDraft;
pub use view::ViewDraft;
