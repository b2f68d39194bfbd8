//! Values that are the same for all rows.

use super::super::fault::Fault;
use super::super::tree::Expression;
use super::super::value::Value;
use super::leaves::Leaves;
use super::probe::constant;
use super::source::{Extent, Source};

/// The value of what reads nothing of a row. Nothing if it reads something, or is a list.
pub fn literal(leaves: &Leaves<'_>, expression: &Expression) -> Option<Result<Value<'static>, Fault>> {
    if Extent::of(expression).source != Source::Nothing {
        return None;
    }
    match constant(expression, leaves.context) {
        Err(fault) => Some(Err(fault)),
        Ok(value) => match value.single() {
            Value::List(_) => None,
            single => Some(Ok(single.clone())),
        },
    }
}

/// A text that may become a parameter. Postgres has no NUL in a text.
pub fn sayable(leaves: &Leaves<'_>, text: &str) -> Option<String> {
    (!text.contains('\0') && leaves.spend(text.len())).then(|| text.to_owned())
}
