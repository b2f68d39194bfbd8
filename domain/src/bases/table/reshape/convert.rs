//! Cells of a field that gets another type: read again through their text, as `typecast` reads texts. What cannot be
//! understood is cleared. Unsettled: how Airtable converts each type into each other.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;
use serde_json::{Value, json};

use crate::bases::cells::{
    Attachment, CellValue, Collaborator, Names, Place, Surroundings, Taking, accept, as_text, shown,
};
use crate::bases::errors::ApiError;
use crate::bases::ids::{AttachmentId, ChoiceId, FieldId, RecordId, TableId};
use crate::bases::schema::{Field, FieldType, LinkOptions};
use crate::bases::table::{Reading, Tables};

/// The cells that have a value then.
pub fn converted(
    tables: &Tables,
    table: TableId,
    field: FieldId,
    kind: &FieldType,
) -> Vec<(RecordId, CellValue)> {
    let Some((_, before)) = tables.field(field) else { return Vec::new() };
    // No formula tells the time while it is turned into something else.
    let reading = tables.at(Timestamp::UNIX_EPOCH);
    let after = Field { kind: kind.clone(), ..before.clone() };
    let mut around = Around { reading: &reading, called: BTreeMap::new() };
    let records = tables.records(table);
    let cells = records.filter_map(|record| {
        let value = reading.cell(record, before)?;
        Some((record.id, around.convert(before, &after, value)?))
    });
    cells.collect()
}

struct Around<'a> {
    reading: &'a Reading<'a>,
    /// Records of the tables that are linked, once one is asked for.
    called: BTreeMap<TableId, BTreeMap<String, RecordId>>,
}

impl Around<'_> {
    fn convert(&mut self, before: &Field, after: &Field, value: CellValue) -> Option<CellValue> {
        use FieldType as F;
        let same_type = std::mem::discriminant(&before.kind) == std::mem::discriminant(&after.kind);
        match (&value, &after.kind) {
            (_, kind) if kind.is_computed() => None,
            (CellValue::Text(_), kind) if kind.is_text() => Some(value),
            (CellValue::Choice(_) | CellValue::Choices(_), F::SingleSelect(_) | F::MultipleSelects(_)) => {
                chosen(before, after, &value)
            }
            _ if same_type => Some(value),
            (_, kind) if kind.is_text() => {
                let place = Place { zone: TimeZone::UTC, locale: "en-us".into() };
                Some(CellValue::Text(as_text(&before.kind, &value, &place, self.reading)))
            }
            _ => self.reread(before, after, &value),
        }
        .and_then(CellValue::filled)
    }

    fn reread(&mut self, before: &Field, after: &Field, value: &CellValue) -> Option<CellValue> {
        let input = input(before, after, value, self.reading);
        accept(Taking { field: after, typecast: true, called: &after.name, around: self }, &input).ok()?
    }
}

/// The choices that the new field has too, by id or by name. Of several, one that has room for one keeps the first.
fn chosen(before: &Field, after: &Field, value: &CellValue) -> Option<CellValue> {
    let (old, new) = (before.choices()?, after.choices()?);
    let ids = match value {
        CellValue::Choice(id) => std::slice::from_ref(id),
        CellValue::Choices(ids) => ids,
        _ => &[],
    };
    let found = ids.iter().filter_map(|id| new.choice(*id).or_else(|| new.named(&old.choice(*id)?.name)));
    let mut found = found.map(|choice| choice.id);
    match &after.kind {
        FieldType::SingleSelect(_) => found.next().map(CellValue::Choice),
        _ => Some(CellValue::Choices(found.collect())),
    }
}

/// What somebody would write to have the value in the new field.
fn input(before: &Field, after: &Field, value: &CellValue, names: &dyn Names) -> Value {
    use CellValue as C;
    use FieldType as F;
    let several =
        matches!(after.kind, F::MultipleSelects(_) | F::MultipleCollaborators | F::MultipleRecordLinks(_));
    match value {
        C::Number(number) => json!(number),
        C::Boolean(set) if !matches!(after.kind, F::SingleSelect(_) | F::MultipleSelects(_)) => {
            json!(f64::from(u8::from(*set)))
        }
        C::Text(text) => json!(text),
        C::Collaborator(one) if is_people(&after.kind) => json!([one.id]),
        C::Collaborators(all) if is_people(&after.kind) => {
            let ids: Vec<_> = all.iter().map(|one| &one.id).collect();
            if several { json!(ids) } else { json!(ids.first()) }
        }
        value => {
            let texts = texts(&before.kind, value, names);
            if several { json!(texts) } else { json!(texts.join(", ")) }
        }
    }
}

fn is_people(kind: &FieldType) -> bool {
    matches!(kind, FieldType::SingleCollaborator | FieldType::MultipleCollaborators)
}

/// The values one by one.
pub fn texts(kind: &FieldType, value: &CellValue, names: &dyn Names) -> Vec<String> {
    use CellValue as C;
    match value {
        C::Choices(all) => all.iter().map(|id| shown(kind, &C::Choice(*id), names)).collect(),
        C::Collaborators(all) => all.iter().map(|one| one.called().to_owned()).collect(),
        C::Links(all) => all.iter().map(|id| names.record(*id)).collect(),
        C::List(all) => all.iter().flat_map(|one| texts(kind, one, names)).collect(),
        C::Lookup(all) => {
            all.iter().flat_map(|(_, values)| values).flat_map(|one| texts(kind, one, names)).collect()
        }
        single => vec![shown(kind, single, names)],
    }
}

impl Surroundings for Around<'_> {
    /// None is made: whoever planned the new type has made those that are wanted.
    fn choice(&mut self, field: &Field, name: &str, _: bool) -> Option<ChoiceId> {
        field.choices()?.named(name).map(|choice| choice.id)
    }

    fn collaborator(&self, id_or_email: &str) -> Option<Collaborator> {
        let is = |one: &&Collaborator| one.id == id_or_email || one.email.as_deref() == Some(id_or_email);
        self.reading.tables().people.iter().find(is).cloned()
    }

    fn may_link(&self, link: &LinkOptions, record: RecordId) -> Result<(), ApiError> {
        let found = self.reading.tables().record(link.linked_table_id, record);
        found.map(|_| ()).ok_or_else(|| ApiError::RecordDoesNotExist { id: record.to_string() })
    }

    fn record_called(&mut self, link: &LinkOptions, text: &str) -> Option<RecordId> {
        let (table, reading) = (link.linked_table_id, self.reading);
        self.called.entry(table).or_insert_with(|| reading.by_name(table)).get(text).copied()
    }

    fn attachment(&self, _: &Field, _: AttachmentId) -> Option<Attachment> {
        None
    }

    /// Never asked for: no text is taken for a file.
    fn new_attachment(&mut self) -> AttachmentId {
        crate::bases::ids::Mint::new(uuid::Uuid::nil()).make()
    }
}
