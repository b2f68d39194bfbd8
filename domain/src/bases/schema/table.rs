//! A table: its fields, of which one is the name of each record, and its views.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::names::find;
use super::{Field, View};
use crate::bases::errors::ApiError;
use crate::bases::formula::{FieldNames, Formula, ProblemKind};
use crate::bases::ids::{FieldId, TableId, ViewId};

/// Whether a field may be addressed in another case than its own. Unsettled: known of tables and of formulas.
const FIELD_NAMES_IN_ANY_CASE: bool = true;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Table {
    pub id: TableId,
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    pub primary_field_id: FieldId,
    pub fields: Vec<Field>,
    #[serde(default)]
    pub views: Vec<View>,
    /// Kept as it came: nothing here reads it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date_dependency_settings: Option<Value>,
}

impl Table {
    pub fn field(&self, id: FieldId) -> Option<&Field> {
        self.fields.iter().find(|field| field.id == id)
    }

    pub fn field_mut(&mut self, id: FieldId) -> Option<&mut Field> {
        self.fields.iter_mut().find(|field| field.id == id)
    }

    pub fn field_called(&self, id_or_name: &str) -> Result<&Field, ApiError> {
        find(&self.fields, id_or_name, |field| field.id.as_str(), |field| &field.name)
            .filter(|field| {
                FIELD_NAMES_IN_ANY_CASE || field.name == id_or_name || field.id.as_str() == id_or_name
            })
            .ok_or_else(|| ApiError::UnknownFieldName(id_or_name.into()))
    }

    pub fn primary_field(&self) -> Option<&Field> {
        self.field(self.primary_field_id)
    }

    /// A text that has the shape of an id was meant as one.
    pub fn view_called(&self, id_or_name: &str) -> Result<&View, ApiError> {
        let found = find(&self.views, id_or_name, |view| view.id.as_str(), |view| &view.name);
        found.ok_or_else(|| match ViewId::parse(id_or_name) {
            Ok(_) => ApiError::ViewIdNotFound(id_or_name.into()),
            Err(_) => ApiError::ViewNameNotFound(id_or_name.into()),
        })
    }

    /// A formula that records of the table must meet, with names or ids.
    pub fn read_filter(&self, text: &str) -> Result<Formula, ApiError> {
        Formula::read(text, &self.names()).map_err(|problem| match problem.kind {
            ProblemKind::UnknownFields(names) => ApiError::UnknownFieldsInFormula(names),
            _ => ApiError::InvalidFormula,
        })
    }

    /// What formulas may call its fields.
    pub fn names(&self) -> FieldNames {
        FieldNames::new(self.fields.iter().map(|field| (field.id.as_str(), field.name.as_str())))
    }
}
