//! Values brought into one form, so that what Airtable gives back is seen to be what was written: rounded numbers, the end
//! of rich texts, people and files by id alone.

use serde_json::Map;

use super::{Attachment, CellValue, Collaborator, date, number};
use crate::bases::schema::FieldType;

/// Percents are shown in hundredths.
const PLACES_OF_PERCENT: u8 = 2;

/// Whether two values of a field are the same.
pub fn same(kind: &FieldType, one: Option<&CellValue>, other: Option<&CellValue>) -> bool {
    let form = |value: Option<&CellValue>| value.and_then(|value| canonical(kind, value).filled());
    form(one) == form(other)
}

pub fn canonical(kind: &FieldType, value: &CellValue) -> CellValue {
    use CellValue as C;
    match value {
        C::Text(text) => C::Text(end_trimmed(kind, text)),
        C::Number(given) => C::Number(rounded(kind, *given)),
        C::Moment(given) => C::Moment(date::to_the_millisecond(*given).unwrap_or(*given)),
        C::Collaborator(one) => C::Collaborator(person(one)),
        C::Collaborators(all) => C::Collaborators(all.iter().map(person).collect()),
        C::Attachments(all) => C::Attachments(all.iter().map(file).collect()),
        C::List(list) => C::List(flat(kind, list.iter())),
        C::Lookup(by_record) => C::List(flat(kind, by_record.iter().flat_map(|(_, values)| values))),
        same => same.clone(),
    }
}

/// Lists of links and files in a list become single ones.
fn flat<'a>(kind: &FieldType, values: impl Iterator<Item = &'a CellValue>) -> Vec<CellValue> {
    let kind = outcome(kind);
    let single = |value: &CellValue| match canonical(kind, value) {
        CellValue::Links(all) => all.into_iter().map(|one| CellValue::Links(vec![one])).collect(),
        CellValue::Attachments(all) => all.into_iter().map(|one| CellValue::Attachments(vec![one])).collect(),
        CellValue::Choices(all) => all.into_iter().map(CellValue::Choice).collect(),
        CellValue::Collaborators(all) => all.into_iter().map(CellValue::Collaborator).collect(),
        CellValue::List(inner) => inner,
        other => vec![other],
    };
    values.flat_map(single).collect()
}

fn outcome(kind: &FieldType) -> &FieldType {
    let outcome = match kind {
        FieldType::Formula(options) => &options.result,
        FieldType::Rollup(options) => &options.result,
        FieldType::MultipleLookupValues(options) => &options.result,
        _ => return kind,
    };
    outcome.as_deref().unwrap_or(kind)
}

/// Rich texts come back with a line's end behind them. Unsettled: that this is all that differs.
fn end_trimmed(kind: &FieldType, text: &str) -> String {
    match kind {
        FieldType::RichText => text.trim_end_matches('\n').into(),
        _ => text.into(),
    }
}

fn rounded(kind: &FieldType, given: f64) -> f64 {
    match outcome(kind) {
        FieldType::Number(options) => number::rounded(given, options.precision),
        FieldType::Percent(options) => number::rounded(given, options.precision + PLACES_OF_PERCENT),
        FieldType::Currency(options) => number::rounded(given, options.precision),
        _ => given,
    }
}

fn person(one: &Collaborator) -> Collaborator {
    Collaborator { id: one.id.clone(), email: None, name: None }
}

/// The URL is another one each time.
fn file(one: &Attachment) -> Attachment {
    Attachment { id: one.id, url: String::new(), filename: None, known: Map::new() }
}
