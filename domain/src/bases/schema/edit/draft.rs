//! Tables and fields as callers ask for them: without ids.

use serde::Deserialize;
use serde_json::{Value, json};

use crate::bases::errors::ApiError;
use crate::bases::ids::{ChoiceId, Mint};
use crate::bases::schema::{Field, FieldType, next_color};

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
        if let Some(choices) = self.options.as_mut().and_then(|options| options.get_mut("choices")) {
            complete(choices, mint);
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

/// Choices get an id, and a colour where they have none.
fn complete(choices: &mut Value, mint: &mut Mint) {
    let choices = choices.as_array_mut().into_iter().flatten().filter_map(Value::as_object_mut);
    for (place, choice) in choices.enumerate() {
        let id: ChoiceId = mint.make();
        choice.insert("id".into(), json!(id));
        choice.entry("color").or_insert_with(|| json!(next_color(place)));
    }
}
