//! Saying records as Airtable's API does: `{"id", "createdTime", "fields"}`. What is kept is nearly that already, so it is not taken
//! apart: names are put in place of the ids of fields and choices, and the rest is passed on.

use std::collections::HashMap;

use domain::bases::cells::{Place, choices_of, write_moment};
use domain::bases::errors::ApiError;
use domain::bases::files::{Addresses, served};
use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::schema::{ChoiceOptions, FieldType, Table};
use domain::bases::table::{Keys, Saying, Tables};
use jiff::Timestamp;
use projections::bases::records::{Schema, ShownRow};
use serde_json::value::RawValue;
use serde_json::{Value, json};

use crate::airtable::attachments::AskedAt;

/// How a caller wants records to be said.
#[derive(Debug, Clone, Default)]
pub struct Form {
    /// Whether fields are called by their ids.
    pub by_ids: bool,
    /// The fields that are wanted, by name or id; all of them when none is named.
    pub fields: Vec<String>,
    /// Whether it is told how many comments there are on each.
    pub comment_counts: bool,
    /// Where every cell is said as text.
    pub text: Option<Place>,
    /// What addresses of files begin with; without it they are paths.
    pub asked_at: AskedAt,
}

impl Form {
    pub fn keys(&self) -> Keys {
        if self.by_ids { Keys::Ids } else { Keys::Names }
    }

    fn wanted<'t>(&self, table: &'t Table) -> Result<Vec<&'t domain::bases::schema::Field>, ApiError> {
        if self.fields.is_empty() {
            return Ok(table.fields.iter().collect());
        }
        let named: Vec<_> =
            self.fields.iter().map(|called| table.field_called(called)).collect::<Result<_, _>>()?;
        Ok(table.fields.iter().filter(|field| named.iter().any(|one| one.id == field.id)).collect())
    }

    /// The ids of what is wanted.
    pub fn ids(&self, table: &Table) -> Result<Vec<FieldId>, ApiError> {
        Ok(self.wanted(table)?.into_iter().map(|field| field.id).collect())
    }
}

/// How each field of a table is said, made once for many records.
pub struct Phrasing<'s> {
    fields: Vec<Phrase<'s>>,
}

struct Phrase<'s> {
    id: FieldId,
    /// JSON.
    key: String,
    choices: Option<&'s ChoiceOptions>,
    /// Whether there may be files in it.
    files: bool,
}

impl<'s> Phrasing<'s> {
    /// Nothing where what is kept is not what is said: cells that change with time, and cells as texts.
    pub fn of(schema: &'s Schema, table: &'s Table, form: &Form) -> Result<Option<Self>, ApiError> {
        let wanted = form.wanted(table)?;
        let computed = schema.tables.computed();
        let lasts = |kind: &FieldType, id| {
            matches!(kind, FieldType::MultipleRecordLinks(_)) || !computed.is_volatile(id)
        };
        if form.text.is_some() || !wanted.iter().all(|field| lasts(&field.kind, field.id)) {
            return Ok(None);
        }
        let fields = wanted.into_iter().map(|field| Phrase {
            id: field.id,
            key: json!(if form.by_ids { field.id.as_str() } else { field.name.as_str() }).to_string(),
            choices: choices_of(&field.kind),
            files: may_hold_files(&field.kind),
        });
        Ok(Some(Self { fields: fields.collect() }))
    }

    /// JSON.
    pub fn record(
        &self,
        row: &ShownRow,
        addresses: &dyn Addresses,
    ) -> Result<Box<RawValue>, serde_json::Error> {
        let cells: HashMap<&str, &RawValue> = serde_json::from_str(&row.cells)?;
        let mut said = String::with_capacity(row.cells.len() + 128);
        said.push_str("{\"id\":\"");
        said.push_str(row.id.as_str());
        said.push_str("\",\"createdTime\":\"");
        said.push_str(&write_moment(row.created_at));
        said.push_str("\",\"fields\":{");
        let mut is_first = true;
        for phrase in &self.fields {
            let Some(value) = cells.get(phrase.id.as_str()) else { continue };
            let value = match phrase.choices {
                Some(choices) => match named(choices, value)? {
                    Some(named) => named,
                    None => continue,
                },
                None if phrase.files => with_addresses(value, addresses)?,
                None => value.get().to_owned(),
            };
            if !is_first {
                said.push(',');
            }
            is_first = false;
            said.push_str(&phrase.key);
            said.push(':');
            said.push_str(&value);
        }
        said.push_str("}}");
        RawValue::from_string(said)
    }
}

/// Of lookups nobody knows without looking.
fn may_hold_files(kind: &FieldType) -> bool {
    matches!(kind, FieldType::MultipleAttachments(_) | FieldType::MultipleLookupValues(_))
}

fn with_addresses(value: &RawValue, addresses: &dyn Addresses) -> Result<String, serde_json::Error> {
    let mut value: Value = serde_json::from_str(value.get())?;
    served(&mut value, addresses);
    Ok(value.to_string())
}

/// Nothing where all choices are gone.
fn named(choices: &ChoiceOptions, value: &RawValue) -> Result<Option<String>, serde_json::Error> {
    let value: Value = serde_json::from_str(value.get())?;
    Ok(with_names(choices, value).map(|value| value.to_string()))
}

fn with_names(choices: &ChoiceOptions, value: Value) -> Option<Value> {
    use domain::bases::ids::ChoiceId;
    match value {
        Value::String(text) => match ChoiceId::parse(&text) {
            Ok(id) => choices.choice(id).map(|choice| json!(choice.name)),
            Err(_) => Some(Value::String(text)),
        },
        Value::Array(list) => {
            let named: Vec<_> = list.into_iter().filter_map(|one| with_names(choices, one)).collect();
            (!named.is_empty()).then_some(Value::Array(named))
        }
        other => Some(other),
    }
}

/// The same out of tables in which all that is needed is at hand.
pub fn worked_out(
    tables: &mut Tables,
    table: TableId,
    ids: &[RecordId],
    form: &Form,
    addresses: &dyn Addresses,
) -> Result<Vec<Box<RawValue>>, ApiError> {
    tables.address_files(table, ids, addresses);
    let reading = tables.at(Timestamp::now());
    let schema = tables.base().table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
    let called: Vec<&str> = form.fields.iter().map(String::as_str).collect();
    let saying = Saying::all(&reading, table, form.keys())?.only(schema, &called)?;
    let saying = match &form.text {
        Some(place) => saying.as_text(place.clone()),
        None => saying,
    };
    let records = ids.iter().filter_map(|id| tables.record(table, *id));
    records.map(|record| raw(&saying.record(record))).collect()
}

fn raw(value: &Value) -> Result<Box<RawValue>, ApiError> {
    serde_json::value::to_raw_value(value).map_err(|_| ApiError::ServerError)
}
