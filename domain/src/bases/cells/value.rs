//! The value of a cell. An empty cell has none.

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::bases::ids::{AttachmentId, ChoiceId, RecordId};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CellValue {
    Text(String),
    Number(f64),
    Boolean(bool),
    Date(Date),
    Moment(Timestamp),
    /// By id, so that another name for a choice changes no cell.
    Choice(ChoiceId),
    Choices(Vec<ChoiceId>),
    Collaborator(Collaborator),
    Collaborators(Vec<Collaborator>),
    Links(Vec<RecordId>),
    Attachments(Vec<Attachment>),
    Barcode(Barcode),
    /// What a formula, a rollup or a lookup made of several values.
    List(Vec<CellValue>),
    /// A lookup whose records are known.
    Lookup(Vec<(RecordId, Vec<CellValue>)>),
    /// `{"error": "#ERROR!"}`, in computed cells.
    Error(String),
    /// `{"specialValue": "NaN"}`, in computed cells.
    Special(String),
    /// Kept as it came: buttons, AI texts, and types that are not known.
    Raw(Value),
}

/// A person or a group. Webhooks say more of them than records do; what is kept is what both say.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Collaborator {
    pub id: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    pub id: AttachmentId,
    /// Good for two hours.
    pub url: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// Size, type, width, height, thumbnails: there once the file was fetched.
    #[serde(flatten)]
    pub known: Map<String, Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Barcode {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<String>,
}

impl Collaborator {
    /// The name, or what there is instead.
    pub fn called(&self) -> &str {
        self.name.as_deref().or(self.email.as_deref()).unwrap_or(&self.id)
    }
}

impl CellValue {
    /// Airtable leaves such a cell out: `""`, `[]`, `false`.
    pub fn is_empty(&self) -> bool {
        match self {
            CellValue::Text(text) => text.is_empty(),
            CellValue::Boolean(set) => !set,
            CellValue::Choices(list) => list.is_empty(),
            CellValue::Collaborators(list) => list.is_empty(),
            CellValue::Links(list) => list.is_empty(),
            CellValue::Attachments(list) => list.is_empty(),
            CellValue::List(list) => list.is_empty(),
            CellValue::Lookup(list) => list.iter().all(|(_, values)| values.is_empty()),
            CellValue::Raw(value) => value.is_null(),
            _ => false,
        }
    }

    /// Nothing when it is empty.
    pub fn filled(self) -> Option<Self> {
        (!self.is_empty()).then_some(self)
    }
}
