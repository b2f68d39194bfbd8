//! The value of a formula for a row.

use std::borrow::Cow;
use std::cell::Cell;

use super::compare::{compare, equal};
use super::fault::Fault;
use super::functions::{Arguments, Body};
use super::limits::{MADE_BYTES_MAX, PATTERN_STEPS_MAX, TEXT_CHARACTERS_MAX};
use super::row::{Context, Row};
use super::tree::{Expression, Operator};
use super::value::Value;

pub type Answer<'a> = Result<Value<'a>, Fault>;

/// A row as it is being evaluated.
pub struct Evaluation<'a> {
    pub row: &'a dyn Row,
    pub context: &'a Context,
    steps: Cell<usize>,
    made_bytes: Cell<usize>,
}

impl<'a> Evaluation<'a> {
    pub fn new(row: &'a dyn Row, context: &'a Context) -> Self {
        Self { row, context, steps: Cell::new(0), made_bytes: Cell::new(0) }
    }

    /// Counts what does not come to an end by itself soon enough.
    pub fn spend(&self, steps: usize) -> Result<(), Fault> {
        self.steps.set(self.steps.get().saturating_add(steps));
        if self.steps.get() > PATTERN_STEPS_MAX { Err(Fault::TooMuchWork) } else { Ok(()) }
    }

    /// Never deeper than the formula is nested: every step goes down in it.
    pub fn value(&self, expression: &'a Expression) -> Answer<'a> {
        let value = match expression {
            Expression::Number(number) => Value::Number(*number),
            Expression::Text(text) => Value::Text(Cow::Borrowed(text)),
            Expression::Field(field) => self.row.cell(field).sound()?,
            Expression::Negate(operand) => (-self.value(operand)?.to_number()).into(),
            Expression::Call { function, arguments } => match function.body {
                Body::Plain(body) => body(self, self.arguments(arguments)?)?,
                Body::Lazy(body) => body(self, arguments)?,
            },
            Expression::Chain { first, rest } => self.chain(first, rest)?,
        };
        self.count_made(&value)?;
        Ok(value)
    }

    fn count_made(&self, value: &Value<'_>) -> Result<(), Fault> {
        let made = self.made_bytes.get().saturating_add(value.own_bytes());
        self.made_bytes.set(made);
        if made > MADE_BYTES_MAX { Err(Fault::TooMuchWork) } else { Ok(()) }
    }

    fn arguments(&self, expressions: &'a [Expression]) -> Result<Arguments<'a>, Fault> {
        let values = expressions.iter().map(|expression| self.value(expression));
        Ok(Arguments::new(values.collect::<Result<Vec<_>, Fault>>()?))
    }

    /// Operators of a chain are of one level, so that either all of them join or none.
    fn chain(&self, first: &'a Expression, rest: &'a [(Operator, Expression)]) -> Answer<'a> {
        if matches!(rest, [(Operator::Join, _), ..]) {
            return self.join(first, rest);
        }
        let mut left = self.value(first)?;
        for (operator, operand) in rest {
            left = apply(*operator, &left, &self.value(operand)?);
        }
        Ok(left)
    }

    /// Grows one text, so that a long chain copies each term once.
    fn join(&self, first: &'a Expression, rest: &'a [(Operator, Expression)]) -> Answer<'a> {
        let mut text = self.value(first)?.to_text().into_owned();
        for (_, operand) in rest {
            push(&mut text, &self.value(operand)?.to_text())?;
        }
        bounded(text)
    }
}

/// Adds to a text while it can still be short enough.
pub fn push(text: &mut String, more: &str) -> Result<(), Fault> {
    if text.len() + more.len() > TEXT_CHARACTERS_MAX * 4 {
        return Err(Fault::TooLong);
    }
    text.push_str(more);
    Ok(())
}

pub fn apply(operator: Operator, left: &Value<'_>, right: &Value<'_>) -> Value<'static> {
    use std::cmp::Ordering::{Greater, Less};
    let order = || compare(left, right);
    match operator {
        Operator::Add => (left.to_number() + right.to_number()).into(),
        Operator::Subtract => (left.to_number() - right.to_number()).into(),
        Operator::Multiply => (left.to_number() * right.to_number()).into(),
        Operator::Divide => (left.to_number() / right.to_number()).into(),
        Operator::Join => Value::text(format!("{}{}", left.to_text(), right.to_text())),
        Operator::Equal => equal(left, right).into(),
        Operator::NotEqual => (!equal(left, right)).into(),
        Operator::Less => (order() == Some(Less)).into(),
        Operator::LessOrEqual => (equal(left, right) || order() == Some(Less)).into(),
        Operator::Greater => (order() == Some(Greater)).into(),
        Operator::GreaterOrEqual => (equal(left, right) || order() == Some(Greater)).into(),
    }
}

/// A text that a formula made, unless it is too long for a cell.
pub fn bounded<'a>(text: String) -> Answer<'a> {
    // Bytes are quickly counted, and never fewer than characters.
    if text.len() > TEXT_CHARACTERS_MAX && text.chars().count() > TEXT_CHARACTERS_MAX {
        return Err(Fault::TooLong);
    }
    Ok(Value::Text(text.into()))
}
