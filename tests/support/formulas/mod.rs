//! Formulas and the mirrored rows they go over, drawn by chance from the same few values, so that they often meet.

mod mirror;
mod values;
mod written;

pub use mirror::{Drawn, Mirrored, names_of_fields};
pub use written::condition;
