//! The type that a computed field promises.

use super::nature::Sort;
use crate::bases::schema::{DateOptions, DateTimeOptions, FieldType, Format, NumberOptions};

/// Places behind the point in which numbers of formulas are shown. Unsettled: people choose it in the client.
const PLACES: u8 = 1;

pub fn result(sort: Sort) -> FieldType {
    match sort {
        Sort::Whole => FieldType::Number(NumberOptions { precision: 0 }),
        Sort::Number => FieldType::Number(NumberOptions { precision: PLACES }),
        Sort::Day => FieldType::Date(DateOptions { date_format: iso() }),
        Sort::Moment => FieldType::DateTime(DateTimeOptions {
            date_format: iso(),
            time_format: Format { name: "24hour".into(), format: Some("HH:mm".into()) },
            time_zone: "utc".into(),
        }),
        Sort::Blank | Sort::Text => FieldType::SingleLineText,
    }
}

/// What a lookup makes of a field: its type, or the one that it promises itself.
pub fn of_linked(kind: &FieldType) -> Option<Box<FieldType>> {
    match kind {
        FieldType::Formula(options) => options.result.clone(),
        FieldType::Rollup(options) => options.result.clone(),
        FieldType::MultipleLookupValues(options) => options.result.clone(),
        other => Some(Box::new(other.clone())),
    }
}

fn iso() -> Format {
    Format { name: "iso".into(), format: Some("YYYY-MM-DD".into()) }
}
