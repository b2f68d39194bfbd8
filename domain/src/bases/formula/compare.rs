//! Equal, less and greater, between values of any kinds.

use std::cmp::Ordering;

use super::assumed::ZERO_EQUALS_BLANK;
use super::value::Value;

/// What neither is less nor equal nor greater, as `NaN`, has no order.
pub fn compare(left: &Value<'_>, right: &Value<'_>) -> Option<Ordering> {
    use Value::{Blank, List, Moment, Text};
    match (left.single(), right.single()) {
        (Moment(left), Moment(right)) => Some(left.milliseconds().cmp(&right.milliseconds())),
        (left @ (Text(_) | List(_)), right) | (left, right @ (Text(_) | List(_))) => {
            Some(left.to_text().cmp(&right.to_text()))
        }
        (Blank, Blank) => Some(Ordering::Equal),
        (left, right) => size(left).partial_cmp(&size(right)),
    }
}

pub fn equal(left: &Value<'_>, right: &Value<'_>) -> bool {
    let (left, right) = (left.single(), right.single());
    if left.is_blank() && right.is_blank() {
        return true;
    }
    match (left, right) {
        (Value::Blank, other) | (other, Value::Blank) => ZERO_EQUALS_BLANK && is_zero(other),
        _ => compare(left, right) == Some(Ordering::Equal),
    }
}

fn is_zero(value: &Value<'_>) -> bool {
    matches!(value, Value::Boolean(false)) || matches!(value, Value::Number(number) if *number == 0.0)
}

/// Beside numbers and blanks, a point in time is the milliseconds since 1970: a blank date is before most others.
fn size(value: &Value<'_>) -> f64 {
    match value {
        Value::Moment(moment) => moment.milliseconds() as f64,
        _ => value.to_number(),
    }
}
