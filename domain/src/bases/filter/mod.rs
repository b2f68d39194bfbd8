//! Filters as trees, for programs that would rather not write formulas. A tree is read for a table and becomes the formula that keeps
//! the same records, so that there is one engine that keeps them. It is total: a cell that is empty or shows an error meets what it
//! meets, and never keeps the rest of the tree from being asked.

mod kind;
mod operators;
mod problem;
mod read;
#[cfg(test)]
mod tests;
mod write;

pub use problem::{Fault, FilterProblem};

use jiff::Timestamp;

use super::formula::Operator;
use super::ids::FieldId;

/// How deep a tree may be.
pub const DEPTH_MAX: usize = 16;
/// How many nodes it may have, each value of `any_of` being one.
pub const NODES_MAX: usize = 500;
/// Longest text that is looked for, in bytes.
pub const TEXT_BYTES_MAX: usize = 10_000;

/// A tree that was read for a table.
#[derive(Debug, Clone, PartialEq)]
pub enum Filter {
    All(Vec<Filter>),
    Any(Vec<Filter>),
    Not(Box<Filter>),
    Meets(Condition),
}

/// What a cell has to meet.
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    field: FieldId,
    /// Such cells may show errors.
    is_computed: bool,
    test: Test,
}

/// Empty cells meet the first of them and none of the others.
#[derive(Debug, Clone, PartialEq)]
enum Test {
    Empty,
    Text(String),
    /// In small letters; found whatever the case.
    Contains(String),
    /// One of several values.
    Holds(String),
    Ticked,
    Number(Operator, f64),
    Before(Timestamp),
    Since(Timestamp),
}
