//! How tables may have come about: the edits that lead to them, record by record, the oldest last edits first. What shows no
//! trace any more is not told, such as that a cell was cleared.

use super::links::{Links, difference};
use super::{Change, Edit, Record, Stamp, Tables};
use crate::bases::ids::FieldId;
use crate::bases::schema::{FieldType, Table};

/// Hands out one edit after the other, so that a large base is not there twice.
pub struct Telling<'a> {
    tables: &'a Tables,
    /// As they are after what was told so far.
    links: Links,
    steps: std::vec::IntoIter<Step<'a>>,
}

/// A record is made, or some of its fields are edited.
struct Step<'a> {
    table: &'a Table,
    record: &'a Record,
    edit: Option<&'a Stamp>,
}

impl Tables {
    /// First every record is made, in the order of tables and numbers, with the cells that were not edited later; then those
    /// edits follow in the order of time. An edit is of one record.
    pub fn telling(&self) -> Telling<'_> {
        let steps = self.makings().chain(self.edits()).collect::<Vec<_>>().into_iter();
        Telling { tables: self, links: Links::default(), steps }
    }

    fn makings(&self) -> impl Iterator<Item = Step<'_>> {
        let tables = self.base.tables.iter();
        tables.flat_map(|table| self.records(table.id).map(move |record| Step { table, record, edit: None }))
    }

    fn edits(&self) -> impl Iterator<Item = Step<'_>> {
        let mut edits: Vec<_> = self.makings().flat_map(Step::later).collect();
        edits.sort_by_key(|step| step.edit.map(|stamp| stamp.at));
        edits.into_iter()
    }
}

impl<'a> Step<'a> {
    fn later(self) -> impl Iterator<Item = Step<'a>> {
        let Step { table, record, .. } = self;
        let mut stamps: Vec<&Stamp> = Vec::new();
        for stamp in record.edited.values() {
            if !stamps.contains(&stamp) {
                stamps.push(stamp);
            }
        }
        stamps.into_iter().map(move |stamp| Step { table, record, edit: Some(stamp) })
    }

    /// Whether a field got in this step what it holds.
    fn is_about(&self, field: FieldId) -> bool {
        self.record.edited.get(&field) == self.edit
    }

    fn cells(&self) -> impl Iterator<Item = Change> {
        let (table, record) = (self.table.id, self.record.id);
        let cells = self.record.cells.iter().filter(|(field, _)| self.is_about(**field));
        cells.map(move |(field, value)| {
            let (field, value) = (*field, Some(value.clone()));
            Change::CellSet { table, record, field, value }
        })
    }
}

impl Telling<'_> {
    /// Nothing where it would change nothing.
    fn told(&mut self, step: &Step<'_>) -> Option<Edit> {
        let Step { table, record, edit } = step;
        let made = Change::RecordCreated { table: table.id, record: record.id, number: record.number };
        let mut changes: Vec<_> = edit.is_none().then_some(made).into_iter().chain(step.cells()).collect();
        for field in &table.fields {
            if matches!(field.kind, FieldType::MultipleRecordLinks(_)) && step.is_about(field.id) {
                changes.extend(self.linked(step, field.id));
            }
        }
        let stamp = edit.unwrap_or(&record.created).clone();
        (!changes.is_empty()).then_some(Edit { stamp, changes })
    }

    /// What a record told from its side is known on the other, too.
    fn linked(&mut self, step: &Step<'_>, field: FieldId) -> Option<Change> {
        let (table, record) = (step.table.id, step.record.id);
        let ends = self.tables.ends(field);
        let before: Vec<_> = self.links.of(ends, record).into_iter().flat_map(|list| list.iter()).collect();
        let (removed, added) = difference(&before, &self.tables.linked(field, record));
        if removed.is_empty() && added.is_empty() {
            return None;
        }
        self.links.change(ends, record, &removed, &added);
        Some(Change::Linked { table, record, field, removed, added })
    }
}

impl Iterator for Telling<'_> {
    type Item = Edit;

    fn next(&mut self) -> Option<Edit> {
        loop {
            let step = self.steps.next()?;
            if let Some(edit) = self.told(&step) {
                return Some(edit);
            }
        }
    }
}
