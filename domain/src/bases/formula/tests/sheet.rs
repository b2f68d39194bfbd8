//! A row to try formulas on, and tables of cases.

use std::collections::HashMap;

use jiff::Timestamp;

use super::arbitrary::fields;
use crate::bases::formula::coerce::number_text;
use crate::bases::formula::dates::reading::moment_of_text;
use crate::bases::formula::{Context, Fault, Formula, Moment, Row, Value};

#[derive(Debug, Default)]
pub struct Sheet {
    pub cells: HashMap<&'static str, Value<'static>>,
}

impl Row for Sheet {
    fn cell(&self, field: &str) -> Value<'_> {
        self.cells.get(field).cloned().unwrap_or(Value::Blank)
    }

    fn record_id(&self) -> &str {
        "rec00000000000001"
    }

    fn created_time(&self) -> Timestamp {
        "2024-01-01T08:00:00Z".parse().unwrap()
    }

    fn last_modified_time(&self, fields: &[&str]) -> Option<Timestamp> {
        let time = if fields.is_empty() { "2024-02-02T00:00:00Z" } else { "2024-02-01T00:00:00Z" };
        (!fields.contains(&"fldNothing0000000")).then(|| time.parse().unwrap())
    }
}

/// Number is 5, Text is a text, the box is ticked, the date is 2024-01-02 at 03:04:05, the list has three elements.
pub fn sheet() -> Sheet {
    let list = vec![Value::text("a"), Value::Blank, Value::Number(2.0)];
    let cells = [
        ("fldNumber00000000", Value::Number(5.0)),
        ("fldText0000000000", Value::text("quick brown fox")),
        ("fldDone0000000000", Value::Boolean(true)),
        ("fldDate0000000000", Value::Moment(moment("2024-01-02T03:04:05.000Z"))),
        ("fldList0000000000", Value::List(list)),
    ];
    Sheet { cells: cells.into() }
}

pub fn moment(text: &str) -> Moment {
    moment_of_text(text, &jiff::tz::TimeZone::UTC).unwrap()
}

pub fn context() -> Context {
    Context::utc("2024-03-10T12:30:00Z".parse().unwrap())
}

pub fn evaluated(text: &str, sheet: &Sheet) -> Result<Value<'static>, Fault> {
    let formula = Formula::read(text, &fields()).unwrap_or_else(|problem| panic!("{text}: {problem}"));
    formula.value(sheet, &context()).map(Value::into_owned)
}

/// Each formula has its value for the row: texts in quotes, dates as they are written, faults as `#ERROR!`.
pub fn hold(cases: &[(&str, &str)]) {
    for (text, expected) in cases {
        let found = evaluated(text, &sheet());
        assert_eq!(found.as_ref().map_or("#ERROR!".to_owned(), shown), *expected, "{text}: {found:?}");
    }
}

fn shown(value: &Value<'_>) -> String {
    match value {
        Value::Blank => "blank".to_owned(),
        Value::Number(number) => number_text(*number),
        Value::Text(text) => format!("\"{text}\""),
        Value::Boolean(boolean) => boolean.to_string(),
        Value::Moment(moment) => moment.iso(),
        Value::List(elements) => format!("[{}]", elements.iter().map(shown).collect::<Vec<_>>().join(", ")),
        Value::Error(_) => "error".to_owned(),
    }
}
