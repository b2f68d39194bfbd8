//! Cells as formulas take them: links and choices by their names, texts borrowed.

use std::borrow::Cow;

use jiff::Timestamp;

use super::{Reading, last_modified, last_stamp, stamped};
use crate::bases::cells::{Attachment, CellValue, Collaborator, choices_of};
use crate::bases::computed::Work;
use crate::bases::files::BlobHash;
use crate::bases::formula::{Fault, Moment, Value};
use crate::bases::ids::{ChoiceId, RecordId, TableId};
use crate::bases::schema::{Field, FieldType, StampOptions, Table};
use crate::bases::table::Record;

/// Whether the name of a linked record that has a comma in it stands in quotes. Unsettled.
const NAMES_WITH_COMMAS_ARE_QUOTED: bool = true;

impl Reading<'_> {
    pub(super) fn value<'r>(&'r self, record: &'r Record, field: &'r Field) -> Value<'r> {
        use FieldType as F;
        match &field.kind {
            _ if self.is_settled(record, field) => self.as_kept(record, field),
            F::Formula(_) | F::Rollup(_) => self.remembered(record, field),
            F::MultipleLookupValues(_) => self.looked_at(record, field),
            F::MultipleRecordLinks(options) => self.names(record, field, options.linked_table_id),
            F::CreatedTime(options) => self.time(options, Some(record.created.at)),
            F::LastModifiedTime(options) => self.time(options, last_modified(record, options)),
            F::CreatedBy => record.created.by.as_ref().map_or(Value::Blank, person),
            F::LastModifiedBy => last_stamp(record).by.as_ref().map_or(Value::Blank, person),
            F::AutoNumber => Value::Number(record.number as f64),
            F::Count(options) => match self.count(options, record.id) {
                Some(count) => Value::Number(count as f64),
                None => Value::Error(Fault::InCell),
            },
            _ => self.as_kept(record, field),
        }
    }

    fn as_kept<'r>(&'r self, record: &'r Record, field: &'r Field) -> Value<'r> {
        record.cells.get(&field.id).map_or(Value::Blank, |cell| self.as_formulas_take(field, cell))
    }

    /// A lookup of what is not computed is not worth remembering.
    fn looked_at<'r>(&'r self, record: &'r Record, field: &'r Field) -> Value<'r> {
        match self.work(field) {
            Some(Work::Lookup(path)) if self.tables.computed().work(path.field).is_none() => {
                self.gathered(record, *path, false).map_or_else(Value::Error, Value::List)
            }
            Some(_) => self.remembered(record, field),
            None => Value::Error(Fault::InCell),
        }
    }

    fn names<'r>(&'r self, record: &'r Record, field: &'r Field, linked: TableId) -> Value<'r> {
        let Some(table) = self.tables.base().table(linked) else { return Value::Blank };
        let mut names = Vec::new();
        for id in self.linked(field.id, record.id) {
            if let Err(fault) = self.memory.spend(1) {
                return Value::Error(fault);
            }
            names.extend(self.name(table, id).map(|name| Value::Text(quoted(name))));
        }
        Value::List(names)
    }

    fn name<'r>(&'r self, table: &'r Table, record: RecordId) -> Option<Cow<'r, str>> {
        let record = self.tables.record(table.id, record)?;
        Some(self.value(record, table.primary_field()?).to_text())
    }

    fn time(&self, options: &StampOptions, at: Option<Timestamp>) -> Value<'_> {
        match at.and_then(|at| stamped(options, at)) {
            Some(CellValue::Date(day)) => Moment::day(day).map_or_else(Value::Error, Value::Moment),
            Some(CellValue::Moment(at)) => Value::Moment(Moment::instant(at)),
            _ => Value::Blank,
        }
    }

    /// What a linked record is called where a formula reads the link.
    pub fn name_in_links(name: Cow<'_, str>) -> Cow<'_, str> {
        quoted(name)
    }

    /// A cell as it is kept.
    pub(super) fn as_formulas_take<'r>(&'r self, field: &'r Field, cell: &'r CellValue) -> Value<'r> {
        use CellValue as C;
        match cell {
            C::Text(text) => Value::text(text.as_str()),
            C::Number(number) => (*number).into(),
            C::Boolean(true) => Value::Boolean(true),
            C::Boolean(false) => Value::Blank,
            C::Date(day) => Moment::day(*day).map_or_else(Value::Error, Value::Moment),
            C::Moment(at) => Value::Moment(Moment::instant(*at)),
            C::Choice(id) => choice(field, *id),
            C::Choices(all) => Value::List(all.iter().map(|id| choice(field, *id)).collect()),
            C::Collaborator(one) => person(one),
            C::Collaborators(all) => Value::List(all.iter().map(person).collect()),
            C::Links(all) => Value::List(all.iter().map(|id| self.name_anywhere(*id)).collect()),
            C::Attachments(all) => Value::List(all.iter().map(file).collect()),
            C::Barcode(barcode) => barcode.text.as_deref().map_or(Value::Blank, Value::text),
            C::List(all) => Value::List(all.iter().map(|one| self.as_formulas_take(field, one)).collect()),
            C::Lookup(all) => {
                let all = all.iter().flat_map(|(_, values)| values);
                Value::List(all.map(|one| self.as_formulas_take(field, one)).collect())
            }
            C::Error(_) => Value::Error(Fault::InCell),
            C::Special(special) => Value::Number(special.parse().unwrap_or(f64::NAN)),
            C::Raw(raw) => of_json(raw),
        }
    }

    /// A link that was told of, whose table no schema names. A name that is worked out is left out, as it might
    /// hang on this very cell.
    fn name_anywhere(&self, record: RecordId) -> Value<'_> {
        let table = self.tables.table_of(record).and_then(|table| self.tables.base().table(table));
        let plain = |table: &&Table| self.tables.computed().work(table.primary_field_id).is_none();
        let name = table.filter(plain).and_then(|table| self.name(table, record));
        name.map_or(Value::Blank, Value::Text)
    }
}

/// Nothing for a choice that is gone.
fn choice(field: &Field, id: ChoiceId) -> Value<'_> {
    let found = choices_of(&field.kind).and_then(|options| options.choice(id));
    found.map_or(Value::Blank, |choice| Value::text(choice.name.as_str()))
}

fn person(one: &Collaborator) -> Value<'_> {
    Value::text(one.called())
}

/// Unsettled: that the address stands behind the name. Of what is stored here there is none that would last.
fn file(one: &Attachment) -> Value<'_> {
    let name = one.filename.as_deref().unwrap_or_default();
    match BlobHash::of_url(&one.url) {
        Some(_) => Value::text(name),
        None => Value::text(format!("{name} ({})", one.url)),
    }
}

/// Buttons, AI texts and what is not known. Unsettled: what formulas see of them.
fn of_json(raw: &serde_json::Value) -> Value<'_> {
    use serde_json::Value as J;
    match raw {
        J::Null => Value::Blank,
        J::Bool(set) => Value::Boolean(*set),
        J::Number(number) => number.as_f64().unwrap_or(f64::NAN).into(),
        J::String(text) => Value::text(text.as_str()),
        J::Array(all) => Value::List(all.iter().map(of_json).collect()),
        J::Object(keys) => match keys.get("value").or_else(|| keys.get("label")) {
            Some(inner) => of_json(inner),
            None => Value::text(raw.to_string()),
        },
    }
}

fn quoted(name: Cow<'_, str>) -> Cow<'_, str> {
    if NAMES_WITH_COMMAS_ARE_QUOTED && name.contains(',') {
        return Cow::Owned(format!("\"{}\"", name.replace('"', "\\\"")));
    }
    name
}
