//! What a plan tells the cells it fills of the base around them.

use super::Change;
use super::plan::Plan;
use crate::bases::cells::{Attachment, CellValue, Collaborator, Surroundings};
use crate::bases::errors::ApiError;
use crate::bases::ids::{AttachmentId, ChoiceId, RecordId, TableId};
use crate::bases::schema::{Choice, Field, LinkOptions, next_color};

/// A field that has so many choices gets no more by being written to. Unsettled: Airtable's bound, and what is said then.
pub const CHOICES_MAX: usize = 10_000;

impl Surroundings for Plan<'_> {
    fn choice(&mut self, field: &Field, name: &str, typecast: bool) -> Option<ChoiceId> {
        let options = field.choices()?;
        let made = self.made_choices.entry(field.id).or_default();
        let found = options.named(name).map(|choice| choice.id).or_else(|| made.get(name).copied());
        let place = options.choices.len() + made.len();
        if found.is_some() || !typecast || place >= CHOICES_MAX {
            return found;
        }
        let color = next_color(place);
        let choice = Choice { id: self.batch.mint.make(), name: name.into(), color: Some(color) };
        let id = choice.id;
        made.insert(name.into(), id);
        self.changes.push(Change::ChoiceAdded { table: self.table.id, field: field.id, choice });
        Some(id)
    }

    fn collaborator(&self, id_or_email: &str) -> Option<Collaborator> {
        let is = |one: &&Collaborator| one.id == id_or_email || one.email.as_deref() == Some(id_or_email);
        self.tables.people.iter().find(is).cloned()
    }

    fn may_link(&self, link: &LinkOptions, record: RecordId) -> Result<(), ApiError> {
        match self.tables.table_of(record) {
            Some(table) if table == link.linked_table_id => Ok(()),
            Some(_) => Err(ApiError::RecordOfAnotherTable { id: record }),
            None => Err(ApiError::RecordDoesNotExist { id: record.to_string() }),
        }
    }

    fn record_called(&mut self, link: &LinkOptions, text: &str) -> Option<RecordId> {
        let table = link.linked_table_id;
        let (tables, at) = (self.tables, self.batch.at);
        let called = self.called.entry(table).or_insert_with(|| tables.at(at).by_name(table));
        if let Some(record) = called.get(text) {
            return Some(*record);
        }
        let record = self.new_named(table, text)?;
        self.called.entry(table).or_default().insert(text.into(), record);
        Some(record)
    }

    fn attachment(&self, field: &Field, id: AttachmentId) -> Option<Attachment> {
        let record = self.tables.record(self.table.id, self.current?)?;
        match record.cells.get(&field.id)? {
            CellValue::Attachments(all) => all.iter().find(|one| one.id == id).cloned(),
            _ => None,
        }
    }

    fn new_attachment(&mut self) -> AttachmentId {
        self.batch.mint.make()
    }
}

impl Plan<'_> {
    /// A record that is made to be linked. Unsettled: that it can be where its name is no text.
    fn new_named(&mut self, table: TableId, text: &str) -> Option<RecordId> {
        let primary =
            self.tables.base().table(table)?.primary_field().filter(|field| field.kind.is_text())?;
        let record = self.new_record(table);
        let value = Some(CellValue::Text(text.into()));
        self.changes.push(Change::CellSet { table, record, field: primary.id, value });
        Some(record)
    }
}
