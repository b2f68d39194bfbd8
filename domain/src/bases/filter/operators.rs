//! Operators, and the few tests that they come down to.

use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{Timestamp, ToSpan};
use serde_json::Value;

use super::kind::Kind;
use super::read::Reading;
use super::{Condition, Fault, Filter, TEXT_BYTES_MAX, Test};
use crate::bases::formula::Operator;
use crate::bases::schema::Field;
use crate::bases::table::Reading as TableReading;

/// What is wrong, and with which part of the node.
type Wrong = (String, Fault);

/// A condition as it stands in a tree.
struct Asked<'a> {
    field: &'a Field,
    kind: Kind,
    value: &'a Value,
}

pub fn lowered(
    reading: &mut Reading<'_>,
    field: &Field,
    operator: &str,
    value: Option<&Value>,
) -> Result<Filter, Wrong> {
    let asked = Asked { field, kind: Kind::of(&field.kind), value: value.unwrap_or(&Value::Null) };
    match operator {
        "is_empty" | "is_not_empty" if !asked.value.is_null() => {
            Err(("value".into(), Fault::WrongValue("left out")))
        }
        "is_empty" => Ok(asked.meets(Test::Empty)),
        "is_not_empty" => Ok(not(asked.meets(Test::Empty))),
        "is" => asked.is(asked.value).map_err(of_value),
        "is_not" => asked.is(asked.value).map(not).map_err(of_value),
        "any_of" => asked.any_of(reading),
        "contains" => asked.contains(),
        "greater" => asked.number(Operator::Greater),
        "greater_or_equal" => asked.number(Operator::GreaterOrEqual),
        "less" => asked.number(Operator::Less),
        "less_or_equal" => asked.number(Operator::LessOrEqual),
        "before" => asked.time(|(from, _)| Test::Before(from)),
        "after" => asked.time(|(_, until)| Test::Since(until)),
        _ => Err(("operator".into(), Fault::UnknownOperator)),
    }
}

fn not(filter: Filter) -> Filter {
    Filter::Not(Box::new(filter))
}

fn of_value(fault: Fault) -> Wrong {
    let part = if matches!(fault, Fault::Inapplicable(_)) { "operator" } else { "value" };
    (part.into(), fault)
}

impl Asked<'_> {
    fn meets(&self, test: Test) -> Filter {
        let is_computed = self.field.kind.is_computed();
        Filter::Meets(Condition { field: self.field.id, is_computed, test })
    }

    fn inapplicable(&self) -> Fault {
        Fault::Inapplicable(self.kind.name())
    }

    /// A time is whatever is written as it: a day is all of it.
    fn is(&self, value: &Value) -> Result<Filter, Fault> {
        match self.kind {
            Kind::Text => Ok(self.meets(Test::Text(text(value)?.to_owned()))),
            Kind::Number => Ok(self.meets(Test::Number(Operator::Equal, number(value)?))),
            Kind::Checkbox => match value {
                Value::Bool(true) => Ok(self.meets(Test::Ticked)),
                Value::Bool(false) => Ok(not(self.meets(Test::Ticked))),
                _ => Err(Fault::WrongValue("true or false")),
            },
            Kind::Time => {
                let (from, until) = stretch(value)?;
                Ok(Filter::All(vec![self.meets(Test::Since(from)), self.meets(Test::Before(until))]))
            }
            Kind::List | Kind::Links | Kind::Other => Err(self.inapplicable()),
        }
    }

    /// Of several values, one is exactly this; a text has it within.
    fn contains(&self) -> Result<Filter, Wrong> {
        match self.kind {
            Kind::Text => {
                let text = text(self.value).map_err(of_value)?;
                Ok(self.meets(Test::Contains(text.to_lowercase())))
            }
            Kind::List | Kind::Links => self.holds(self.value).map_err(of_value),
            _ => Err(of_value(self.inapplicable())),
        }
    }

    fn holds(&self, value: &Value) -> Result<Filter, Fault> {
        let text = text(value)?;
        let text = if self.kind == Kind::Links {
            TableReading::name_in_links(text.into()).into_owned()
        } else {
            text.to_owned()
        };
        Ok(self.meets(Test::Holds(text)))
    }

    fn any_of(&self, reading: &mut Reading<'_>) -> Result<Filter, Wrong> {
        let values = self.value.as_array().filter(|values| !values.is_empty());
        let values = values.ok_or_else(|| of_value(Fault::WrongValue("a list of values")))?;
        reading.count(values.len()).map_err(of_value)?;
        let one = |(place, value)| {
            let met = match self.kind {
                Kind::List | Kind::Links => self.holds(value),
                _ => self.is(value),
            };
            met.map_err(|fault| match of_value(fault) {
                (part, fault) if part == "value" => (format!("value/{place}"), fault),
                wrong => wrong,
            })
        };
        values.iter().enumerate().map(one).collect::<Result<_, _>>().map(Filter::Any)
    }

    fn number(&self, operator: Operator) -> Result<Filter, Wrong> {
        match self.kind {
            Kind::Number => {
                let number = number(self.value).map_err(of_value)?;
                Ok(self.meets(Test::Number(operator, number)))
            }
            _ => Err(of_value(self.inapplicable())),
        }
    }

    fn time(&self, test: fn((Timestamp, Timestamp)) -> Test) -> Result<Filter, Wrong> {
        match self.kind {
            Kind::Time => Ok(self.meets(test(stretch(self.value).map_err(of_value)?))),
            _ => Err(of_value(self.inapplicable())),
        }
    }
}

fn text(value: &Value) -> Result<&str, Fault> {
    match value.as_str() {
        Some(text) if text.len() > TEXT_BYTES_MAX => Err(Fault::TextTooLong),
        Some(text) if !text.is_empty() => Ok(text),
        _ => Err(Fault::WrongValue("a text that is not empty")),
    }
}

fn number(value: &Value) -> Result<f64, Fault> {
    value.as_f64().filter(|number| number.is_finite()).ok_or(Fault::WrongValue("a number"))
}

/// When it begins, and what comes right after it: a day in UTC, or a millisecond.
fn stretch(value: &Value) -> Result<(Timestamp, Timestamp), Fault> {
    value.as_str().and_then(read_stretch).ok_or(Fault::WrongValue("a day or a moment of the years 1 to 9998"))
}

fn read_stretch(text: &str) -> Option<(Timestamp, Timestamp)> {
    let (from, length) = match text.parse::<Date>() {
        // A moment begins with a day as well.
        Ok(day) if text.len() == "2024-01-31".len() => {
            (day.to_zoned(TimeZone::UTC).ok()?.timestamp(), 24.hours())
        }
        _ => (
            Timestamp::from_millisecond(text.parse::<Timestamp>().ok()?.as_millisecond()).ok()?,
            1.millisecond(),
        ),
    };
    let until = from.checked_add(length).ok()?;
    let years = [from, until].map(|at| at.to_zoned(TimeZone::UTC).year());
    years.iter().all(|year| (1..=9999).contains(year)).then_some((from, until))
}
