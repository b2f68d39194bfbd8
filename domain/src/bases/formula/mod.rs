//! Airtable's formula language: reading, writing and evaluating. It knows neither schema nor clock: fields are
//! found by `Fields`, cells come from a `Row`, and the time is told by a `Context`.
//!
//! A formula is kept by the ids of its fields, so that renaming a field changes nothing in it.

mod assumed;
mod coerce;
mod compare;
mod dates;
mod dependencies;
mod evaluate;
mod fault;
mod fields;
mod format;
#[allow(clippy::module_inception)]
mod formula;
mod functions;
mod lexer;
pub mod limits;
mod moment;
mod parser;
mod patterns;
mod problem;
mod row;
pub mod sql;
mod token;
mod tree;
mod value;

#[cfg(test)]
pub mod tests;

pub use dependencies::Dependencies;
pub use fault::Fault;
pub use fields::{FieldNames, Fields};
pub use format::text_literal;
pub use formula::Formula;
pub use functions::{Function, all as functions};
pub use moment::Moment;
pub use problem::{Position, Problem, ProblemKind};
pub use row::{Context, Row};
pub use tree::{Expression, Operator};
pub use value::Value;
