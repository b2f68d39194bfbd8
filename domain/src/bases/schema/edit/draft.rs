//! Tables and fields as callers ask for them: without ids.

use serde::Deserialize;
use serde_json::{Map, Value, json};

use crate::bases::errors::ApiError;
use crate::bases::ids::{ChoiceId, Mint};
use crate::bases::schema::{Field, FieldType, next_color};

/// The patterns of days and times of day, by the names that Airtable gives them.
const DATE_FORMATS: &[(&str, &str)] = &[
    ("local", "l"),
    ("friendly", "LL"),
    ("us", "M/D/YYYY"),
    ("european", "D/M/YYYY"),
    ("iso", "YYYY-MM-DD"),
];
const TIME_FORMATS: &[(&str, &str)] = &[("12hour", "h:mma"), ("24hour", "HH:mm")];

#[derive(Debug, Clone, Deserialize)]
pub struct TableDraft {
    pub name: String,
    pub description: Option<String>,
    /// The first one is the name of each record.
    pub fields: Vec<FieldDraft>,
}

#[derive(Debug, Clone, Deserialize)]
pub struct FieldDraft {
    pub name: String,
    pub description: Option<String>,
    #[serde(rename = "type")]
    pub kind: String,
    pub options: Option<Value>,
}

impl FieldDraft {
    pub(super) fn into_field(mut self, mint: &mut Mint) -> Result<Field, ApiError> {
        if let Some(options) = self.options.as_mut().and_then(Value::as_object_mut) {
            complete(options, mint);
        }
        let kind = FieldType::parse(&self.kind, self.options).map_err(|_| {
            match FieldType::is_known(&self.kind) {
                true => ApiError::InvalidFieldOptions { field: self.name.clone() },
                false => ApiError::UnsupportedFieldType { name: self.kind.clone() },
            }
        })?;
        Ok(Field { id: mint.make(), name: self.name, description: self.description, kind })
    }
}

fn complete(options: &mut Map<String, Value>, mint: &mut Mint) {
    if let Some(choices) = options.get_mut("choices") {
        complete_choices(choices, mint);
    }
    for (option, patterns) in [("dateFormat", DATE_FORMATS), ("timeFormat", TIME_FORMATS)] {
        if let Some(format) = options.get_mut(option).and_then(Value::as_object_mut) {
            complete_format(format, patterns);
        }
    }
}

/// Choices get an id, and a colour where they have none.
fn complete_choices(choices: &mut Value, mint: &mut Mint) {
    let choices = choices.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
    for (place, choice) in choices.enumerate() {
        let id: ChoiceId = mint.make();
        choice.insert("id".into(), json!(id));
        choice.entry("color").or_insert_with(|| json!(next_color(place)));
    }
}

/// Whoever makes a field may leave the pattern to the name; whoever reads it is told both.
fn complete_format(format: &mut Map<String, Value>, patterns: &[(&str, &str)]) {
    let name = format.get("name").and_then(Value::as_str);
    let pattern = patterns.iter().find(|(known, _)| name == Some(known));
    if let Some((_, pattern)) = pattern {
        format.entry("format").or_insert_with(|| json!(pattern));
    }
}
