//! What a formula came to, as its field promises it, and as a cell holds it.

use std::borrow::Cow;

use jiff::tz::TimeZone;

use crate::bases::cells::CellValue;
use crate::bases::formula::{Fault, Moment, Value};
use crate::bases::schema::FieldType;

/// What Airtable shows of every fault.
pub const ERROR: &str = "#ERROR!";

/// A value as the type of its field has it; other formulas see it so, too.
pub fn settled<'a>(value: Value<'a>, result: Option<&FieldType>, listed: bool) -> Value<'a> {
    let is_text = result.is_some_and(FieldType::is_text);
    match value {
        Value::List(elements) if listed => {
            Value::List(elements.into_iter().map(|element| settled(element, result, listed)).collect())
        }
        list @ Value::List(_) => as_text(&list),
        Value::Boolean(set) if matches!(result, Some(FieldType::Checkbox(_))) => Value::Boolean(set),
        Value::Boolean(set) => settled(Value::Number(f64::from(u8::from(set))), result, listed),
        // Airtable shows it so where branches of a formula mix texts and numbers.
        Value::Number(0.0) if is_text => Value::Blank,
        value @ (Value::Number(_) | Value::Moment(_)) if is_text => as_text(&value),
        Value::Moment(moment) => of_kind(moment, result),
        other => other,
    }
}

fn as_text<'a>(value: &Value<'_>) -> Value<'a> {
    Value::Text(Cow::Owned(value.to_text().into_owned()))
}

/// A day or a time, whichever is promised.
fn of_kind<'a>(moment: Moment, result: Option<&FieldType>) -> Value<'a> {
    match result {
        Some(FieldType::Date(_)) => match Moment::day(moment.civil(&TimeZone::UTC).date()) {
            Ok(day) => Value::Moment(day),
            Err(fault) => Value::Error(fault),
        },
        Some(FieldType::DateTime(_)) => Value::Moment(moment.timed()),
        _ => Value::Moment(moment),
    }
}

/// Nothing for an empty cell.
pub fn cell(value: Value<'_>) -> Option<CellValue> {
    Some(match value {
        Value::Blank => return None,
        Value::Text(text) => CellValue::Text(text.into_owned()),
        Value::Number(number) if number.is_finite() => CellValue::Number(number),
        number @ Value::Number(_) => CellValue::Special(number.to_text().into_owned()),
        Value::Boolean(set) => CellValue::Boolean(set),
        Value::Moment(moment) if moment.is_day() => CellValue::Date(moment.civil(&TimeZone::UTC).date()),
        Value::Moment(moment) => CellValue::Moment(moment.timestamp()),
        Value::List(elements) => CellValue::List(elements.into_iter().filter_map(cell).collect()),
        Value::Error(_) => CellValue::Error(ERROR.into()),
    })
}

/// A fault is an error in the cell.
pub fn outcome<'a>(answer: Result<Value<'a>, Fault>, result: Option<&FieldType>, listed: bool) -> Value<'a> {
    match answer {
        Ok(value) => settled(value, result, listed),
        Err(fault) => Value::Error(fault),
    }
}
