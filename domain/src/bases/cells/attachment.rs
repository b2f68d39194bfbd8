//! Attachments: new ones come by URL and are fetched later, those to keep are named by id.

use serde_json::{Map, Value};

use super::{Accepted, Attachment, CellValue, Taking};
use crate::bases::errors::ApiError;
use crate::bases::ids::AttachmentId;

pub fn accept(taking: &mut Taking<'_>, input: &Value) -> Accepted {
    let list = input.as_array().ok_or_else(|| taking.refused())?;
    let mut attachments = Vec::with_capacity(list.len());
    for one in list {
        let attachment = kept(taking, one)?.or_else(|| new(taking, one));
        attachments.push(attachment.ok_or_else(|| invalid(taking))?);
    }
    Ok(Some(CellValue::Attachments(attachments)))
}

fn invalid(taking: &Taking<'_>) -> ApiError {
    ApiError::InvalidAttachment { field: taking.called.into() }
}

/// One that is named by its id, alone or echoed whole, must be in the cell; in a new record nothing is.
fn kept(taking: &Taking<'_>, input: &Value) -> Result<Option<Attachment>, ApiError> {
    let Some(id) = input.get("id") else { return Ok(None) };
    let id = id.as_str().and_then(|text| AttachmentId::parse(text).ok());
    let found = id.and_then(|id| taking.around.attachment(taking.field, id));
    found.map(Some).ok_or_else(|| invalid(taking))
}

/// One that is to be fetched from the web.
fn new(taking: &mut Taking<'_>, input: &Value) -> Option<Attachment> {
    let url = input.get("url")?.as_str()?;
    let scheme = url.split_once("://")?.0.to_ascii_lowercase();
    if scheme != "http" && scheme != "https" {
        return None;
    }
    let filename = match input.get("filename") {
        None | Some(Value::Null) => None,
        Some(name) => Some(name.as_str()?.to_owned()),
    };
    Some(Attachment { id: taking.around.new_attachment(), url: url.into(), filename, known: Map::new() })
}

pub fn read_one(value: &Value) -> Option<Attachment> {
    serde_json::from_value(value.clone()).ok()
}

pub fn read_many(value: &Value) -> Option<CellValue> {
    let all: Option<Vec<_>> = value.as_array()?.iter().map(read_one).collect();
    all.map(CellValue::Attachments)
}
