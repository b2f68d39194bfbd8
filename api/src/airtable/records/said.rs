//! How records are to be said, and lists of them.

use domain::bases::errors::ApiError;
use domain::bases::requests::Format;
use serde::Serialize;
use serde_json::value::RawValue;

use crate::airtable::base::AtTable;
use crate::bases::records::{Form, Listed, Offset};

pub fn form(format: Format, at: &AtTable) -> Result<Form, ApiError> {
    let text = format.place()?;
    Ok(Form {
        by_ids: format.by_id,
        fields: format.fields,
        comment_counts: format.comment_count,
        text,
        asked_at: at.asked_at.clone(),
    })
}

/// A page. The last one has no offset.
#[derive(Serialize)]
pub struct PageSaid {
    records: Vec<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    offset: Option<String>,
}

impl From<Listed> for PageSaid {
    fn from(listed: Listed) -> Self {
        Self { records: listed.records, offset: listed.offset.as_ref().map(Offset::to_string) }
    }
}
