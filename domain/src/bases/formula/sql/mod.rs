//! What Postgres can tell of a formula: a condition over mirrored rows that holds for every row the formula keeps, and for
//! as few others as may be. Each row it selects is still to be asked of the formula itself. Only texts are made here.
//!
//! Of every part of a formula two claims are made, when it may be true and when it may be false, both wide enough.
//! So `NOT` only has to exchange them, and what is not understood may be either.

mod claim;
mod columns;
mod comparison;
mod condition;
mod leaves;
pub mod limits;
mod literal;
mod logic;
mod number;
mod pieces;
mod probe;
mod search;
mod source;
mod subject;
mod term;
mod text;
mod time;
mod truth;
mod writing;

#[cfg(test)]
mod tests;

pub use columns::{Column, Columns};
pub use condition::{Condition, Names, Parameter};

use super::formula::Formula;
use super::row::Context;
use claim::Claim;
use leaves::Leaves;

impl Formula {
    /// A condition that holds for every row which the formula keeps in this very context; nothing where all rows may be kept,
    /// or where asking the database would be no gain.
    pub fn narrowed(&self, columns: &dyn Columns, names: &Names, context: &Context) -> Option<Condition> {
        let claim = logic::truth(&Leaves::new(columns, context), self.expression()).holds;
        match claim {
            Claim::Always => None,
            claim if claim.size() > limits::TERMS_MAX => None,
            claim => writing::write(&claim, names),
        }
    }
}
