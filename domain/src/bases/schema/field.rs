//! A field of a table.

use serde::{Deserialize, Serialize};

use super::{ChoiceOptions, FieldType};
use crate::bases::ids::FieldId;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Field {
    pub id: FieldId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    #[serde(flatten)]
    pub kind: FieldType,
}

impl Field {
    /// The choices of a field that has some.
    pub fn choices(&self) -> Option<&ChoiceOptions> {
        self.kind.choices()
    }

    pub fn choices_mut(&mut self) -> Option<&mut ChoiceOptions> {
        match &mut self.kind {
            FieldType::SingleSelect(options)
            | FieldType::MultipleSelects(options)
            | FieldType::ExternalSyncSource(options) => Some(options),
            _ => None,
        }
    }
}
