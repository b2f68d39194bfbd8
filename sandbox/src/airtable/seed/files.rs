//! The bytes of attachments in seeds: as `"data"` in base64, or as `"text"`, beside what the API says of an attachment.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use domain::bases::ids::AttachmentId;
use domain::bases::schema::FieldType;
use hyper::body::Bytes;
use serde_json::{Map, Value, json};

use super::{SeedBase, SeedError};
use crate::airtable::files::{BYTES_MAX, FOLDER, File, Files};

/// Takes the bytes out of the cells of a base, which say size and type instead from here on.
pub fn taken_out(base: &mut SeedBase) -> Result<Vec<(AttachmentId, File)>, SeedError> {
    let mut files = Vec::new();
    for seeded in &mut base.tables {
        for record in &mut seeded.records {
            for (called, value) in &mut record.fields {
                let field = seeded.table.field_called(called).ok();
                if !field.is_some_and(|field| matches!(field.kind, FieldType::MultipleAttachments(_))) {
                    continue;
                }
                let unreadable =
                    || SeedError::UnreadableCell { record: record.id.to_string(), field: called.clone() };
                for attachment in value.as_array_mut().into_iter().flatten() {
                    files.extend(taken(attachment).ok_or_else(unreadable)?);
                }
            }
        }
    }
    Ok(files)
}

/// Nothing where the bytes cannot be read.
fn taken(attachment: &mut Value) -> Option<Option<(AttachmentId, File)>> {
    let Some(object) = attachment.as_object_mut() else { return Some(None) };
    let text = object.remove("text").map(|text| Some(text.as_str()?.as_bytes().to_vec()));
    let data = object.remove("data").map(|data| STANDARD.decode(data.as_str()?).ok());
    let Some(bytes) = text.or(data) else { return Some(None) };
    let bytes = bytes.filter(|bytes| bytes.len() <= BYTES_MAX)?;
    let said = |object: &Map<String, Value>, key: &str| object.get(key)?.as_str().map(str::to_owned);
    let id = AttachmentId::parse(&said(object, "id")?).ok()?;
    let name = said(object, "filename").unwrap_or_else(|| id.to_string());
    let file = File::new(Bytes::from(bytes), name, said(object, "type"));
    object.entry("url").or_insert_with(|| json!(format!("/{FOLDER}/{id}")));
    object.insert("filename".into(), json!(file.name));
    object.extend(file.known());
    Some(Some((id, file)))
}

/// Puts the bytes back into the cells of a record.
pub fn put_in(files: &Files, fields: &mut Map<String, Value>) {
    for attachment in fields.values_mut().filter_map(Value::as_array_mut).flatten() {
        let Some(object) = attachment.as_object_mut() else { continue };
        let id = object.get("id").and_then(Value::as_str).and_then(|id| AttachmentId::parse(id).ok());
        if let Some(file) = id.and_then(|id| files.get(id)) {
            object.insert("data".into(), json!(STANDARD.encode(&file.bytes)));
        }
    }
}
