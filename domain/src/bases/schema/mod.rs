//! What a base is made of: tables, their fields with options, their views. Read and written in the shape of the meta API.

mod base;
mod choice;
mod edit;
mod field;
mod field_type;
mod names;
mod options;
mod said;
mod table;
mod validate;
mod view;

pub use base::Base;
pub use choice::{Choice, ChoiceOptions, next_color};
pub use edit::{FieldDraft, KindDraft, Renaming, SchemaChange, TableDraft, ViewDraft};
pub use field::Field;
pub use field_type::{FieldType, OptionsUnreadable};
pub use names::same_name;
pub use options::*;
pub use table::Table;
pub use validate::{DESCRIPTION_LENGTH_MAX, may_be_primary};
pub use view::{Direction, View, ViewSort, ViewType};

#[cfg(test)]
mod tests;
