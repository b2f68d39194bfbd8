//! The options of fields, one struct for each shape. What a base leaves out is filled in as Airtable would.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::FieldType;
use crate::bases::ids::{FieldId, TableId, ViewId};

/// Of numbers and percents.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberOptions {
    pub precision: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CurrencyOptions {
    pub precision: u8,
    pub symbol: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DurationOptions {
    pub duration_format: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatingOptions {
    pub icon: String,
    pub color: String,
    pub max: u8,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CheckboxOptions {
    pub icon: String,
    pub color: String,
}

/// How a date or a time of day is shown: `{"name": "iso", "format": "YYYY-MM-DD"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Format {
    pub name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub format: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DateOptions {
    pub date_format: Format,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DateTimeOptions {
    pub date_format: Format,
    pub time_format: Format,
    /// `utc`, `client`, or the name of a zone.
    pub time_zone: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LinkOptions {
    pub linked_table_id: TableId,
    #[serde(default)]
    pub is_reversed: bool,
    #[serde(default)]
    pub prefers_single_record_link: bool,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inverse_link_field_id: Option<FieldId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub view_id_for_record_selection: Option<ViewId>,
}

#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AttachmentOptions {
    #[serde(default)]
    pub is_reversed: bool,
}

/// The type of what a field works out, or nothing when it is broken.
pub type Outcome = Option<Box<FieldType>>;

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FormulaOptions {
    /// Fields stand in it by id, in braces.
    pub formula: String,
    #[serde(default)]
    pub is_valid: bool,
    #[serde(default)]
    pub referenced_field_ids: Option<Vec<FieldId>>,
    #[serde(default)]
    pub result: Outcome,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RollupOptions {
    #[serde(default)]
    pub is_valid: bool,
    #[serde(default)]
    pub record_link_field_id: Option<FieldId>,
    #[serde(default)]
    pub field_id_in_linked_table: Option<FieldId>,
    #[serde(default)]
    pub referenced_field_ids: Option<Vec<FieldId>>,
    #[serde(default)]
    pub result: Outcome,
    /// The formula over the linked values. Airtable's own answers leave it out; seeds may give it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub formula: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct LookupOptions {
    #[serde(default)]
    pub is_valid: bool,
    #[serde(default)]
    pub record_link_field_id: Option<FieldId>,
    #[serde(default)]
    pub field_id_in_linked_table: Option<FieldId>,
    #[serde(default)]
    pub result: Outcome,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CountOptions {
    #[serde(default)]
    pub is_valid: bool,
    #[serde(default)]
    pub record_link_field_id: Option<FieldId>,
}

/// Of the times of creation and of the last change.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct StampOptions {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub is_valid: Option<bool>,
    /// The fields whose changes count; all of them when it names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referenced_field_ids: Option<Vec<FieldId>>,
    #[serde(default)]
    pub result: Outcome,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AiTextOptions {
    /// Texts and references to fields in turn; kept as it came.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prompt: Option<Value>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub referenced_field_ids: Option<Vec<FieldId>>,
}
