//! Formulas and the mirrored rows they go over, drawn by chance from the same few values, so that they often meet.

mod columns;
mod literals;
mod rows;
mod values;
mod written;

pub use columns::{Mirrored, names_of_fields};
pub use rows::Drawn;
pub use values::ROWS;
pub use written::condition;
