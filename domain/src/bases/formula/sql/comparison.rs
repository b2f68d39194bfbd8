//! A value of the row compared with one that is the same for all rows.

use super::super::tree::{Expression, Operator};
use super::super::value::Value;
use super::leaves::Leaves;
use super::literal::literal;
use super::number;
use super::search;
use super::subject::Subject;
use super::text;
use super::time;
use super::truth::Truth;

/// For rows where the value is there. Nothing if the database cannot tell.
pub fn truth(
    leaves: &Leaves<'_>,
    left: &Expression,
    operator: Operator,
    right: &Expression,
) -> Option<Truth> {
    let turned = turned(operator)?;
    match literal(leaves, right) {
        Some(value) => with_literal(leaves, left, operator, value.ok()),
        None => with_literal(leaves, right, turned, literal(leaves, left)?.ok()),
    }
}

/// Without a value, the literal is a fault, and so is the comparison.
fn with_literal(
    leaves: &Leaves<'_>,
    expression: &Expression,
    operator: Operator,
    value: Option<Value<'static>>,
) -> Option<Truth> {
    let Some(value) = value else { return Some(Truth::when(false, false)) };
    if let Some(search) = search::Search::of(leaves, expression) {
        return search?.compared(operator, &value);
    }
    match Subject::of(leaves, expression)? {
        Subject::Text(reading) => text::compared(leaves, reading, operator, &value.to_text()),
        Subject::Number(field) => number::compared(field, operator, &value),
        Subject::Time(of) => time::compared(leaves, of, operator, &value),
    }
}

/// The same comparison with its sides exchanged. Nothing for what is no comparison.
fn turned(operator: Operator) -> Option<Operator> {
    match operator {
        Operator::Equal | Operator::NotEqual => Some(operator),
        Operator::Less => Some(Operator::Greater),
        Operator::LessOrEqual => Some(Operator::GreaterOrEqual),
        Operator::Greater => Some(Operator::Less),
        Operator::GreaterOrEqual => Some(Operator::LessOrEqual),
        Operator::Multiply | Operator::Divide | Operator::Add | Operator::Subtract | Operator::Join => None,
    }
}

/// Holds where the comparison does not. Of what can be compared at all, one of the two holds.
pub fn opposite(operator: Operator) -> Operator {
    match operator {
        Operator::Equal => Operator::NotEqual,
        Operator::NotEqual => Operator::Equal,
        Operator::Less => Operator::GreaterOrEqual,
        Operator::LessOrEqual => Operator::Greater,
        Operator::Greater => Operator::LessOrEqual,
        Operator::GreaterOrEqual => Operator::Less,
        other => other,
    }
}
