//! Cells that show what was written or told.

use super::Reading;
use crate::bases::cells::CellValue;
use crate::bases::schema::Field;
use crate::bases::table::Record;

impl Reading<'_> {
    /// What is computed and cannot be worked out here shows what Airtable said of it. Where it said nothing and the
    /// field is not valid or hangs on itself, that is an error.
    pub(super) fn told(&self, record: &Record, field: &Field) -> Option<CellValue> {
        let told = record.cells.get(&field.id).cloned();
        told.or_else(|| self.is_broken(field).then(super::error))
    }

    pub(super) fn is_broken(&self, field: &Field) -> bool {
        field.kind.is_broken() || self.tables.computed().is_endless(field.id)
    }
}

/// The values of a linked cell, one by one.
pub fn flat(value: Option<CellValue>) -> Vec<CellValue> {
    use CellValue as C;
    match value {
        None => Vec::new(),
        Some(C::Choices(all)) => all.into_iter().map(C::Choice).collect(),
        Some(C::Collaborators(all)) => all.into_iter().map(C::Collaborator).collect(),
        Some(C::Links(all)) => all.into_iter().map(|one| C::Links(vec![one])).collect(),
        Some(C::Attachments(all)) => all.into_iter().map(|one| C::Attachments(vec![one])).collect(),
        Some(C::List(all)) => all,
        Some(C::Lookup(all)) => all.into_iter().flat_map(|(_, values)| values).collect(),
        Some(single) => vec![single],
    }
}
