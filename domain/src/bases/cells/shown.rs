//! A value as text: what a record is called by, what texts are sorted and found by.

use super::{CellValue, Names, Shape, number, write, write_moment};
use crate::bases::schema::FieldType;

/// Several values are joined by commas. Unsettled: files are their names alone here.
pub fn shown(kind: &FieldType, value: &CellValue, names: &dyn Names) -> String {
    use CellValue as C;
    let each = |values: &mut dyn Iterator<Item = C>| {
        values.map(|value| shown(kind, &value, names)).collect::<Vec<_>>().join(", ")
    };
    match value {
        C::Text(text) | C::Error(text) | C::Special(text) => text.clone(),
        C::Number(given) => number::write(*given).to_string(),
        C::Boolean(set) => if *set { "checked" } else { "" }.into(),
        C::Date(day) => day.to_string(),
        C::Moment(moment) => write_moment(*moment),
        C::Choice(_) => write(kind, value, Shape::V1, names)
            .and_then(|name| name.as_str().map(str::to_owned))
            .unwrap_or_default(),
        C::Choices(all) => each(&mut all.iter().map(|id| C::Choice(*id))),
        C::Collaborator(one) => one.called().to_owned(),
        C::Collaborators(all) => each(&mut all.iter().cloned().map(C::Collaborator)),
        C::Links(all) => all.iter().map(|id| names.record(*id)).collect::<Vec<_>>().join(", "),
        C::Attachments(all) => {
            all.iter().filter_map(|one| one.filename.clone()).collect::<Vec<_>>().join(", ")
        }
        C::Barcode(barcode) => barcode.text.clone().unwrap_or_default(),
        C::List(all) => each(&mut all.iter().cloned()),
        C::Lookup(all) => each(&mut all.iter().flat_map(|(_, values)| values.iter().cloned())),
        C::Raw(value) => value.to_string(),
    }
}
