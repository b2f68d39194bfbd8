//! Numbers that are there.

use super::super::coerce::number_text;
use super::super::evaluate::apply;
use super::super::tree::Operator;
use super::super::value::Value;
use super::comparison::opposite;
use super::term::Term;
use super::truth::Truth;
use crate::bases::ids::FieldId;

pub fn compared(field: FieldId, operator: Operator, with: &Value<'_>) -> Option<Truth> {
    let number = match with {
        Value::Text(text) => return with_text(field, operator, text),
        Value::Moment(moment) => moment.milliseconds() as f64,
        Value::Blank | Value::Number(_) | Value::Boolean(_) => with.to_number(),
        Value::List(_) | Value::Error(_) => return None,
    };
    if !number.is_finite() {
        // Every number of a cell is finite, so that all compare alike.
        return Some(Truth::certain(apply(operator, &Value::Number(0.0), with).is_true()));
    }
    Some(with_number(field, operator, number))
}

fn with_number(field: FieldId, operator: Operator, number: f64) -> Truth {
    let claim = |operator| Term::Number(field, operator, number).into();
    Truth { holds: claim(operator), fails: claim(opposite(operator)) }
}

/// A number beside a text is taken as text. Only one number can be written as the text is.
fn with_text(field: FieldId, operator: Operator, text: &str) -> Option<Truth> {
    if !matches!(operator, Operator::Equal | Operator::NotEqual) {
        return None;
    }
    let number = text.parse().ok().filter(|number: &f64| number.is_finite() && number_text(*number) == text);
    Some(match number {
        Some(number) => with_number(field, operator, number),
        None => Truth::certain(operator == Operator::NotEqual),
    })
}
