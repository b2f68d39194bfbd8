//! A file that comes in the request itself, as base64, and is put behind those that are in the cell.

use base64::Engine;
use base64::alphabet::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use domain::bases::cells::{Attachment, CellValue};
use domain::bases::errors::ApiError;
use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::requests::{Body, Upload};
use domain::bases::schema::FieldType;
use domain::bases::table::{Change, Edit};
use hyper::body::Bytes;
use serde_json::Map;

use crate::airtable::edge::{Call, Said, said};
use crate::airtable::files::{BYTES_MAX, FOLDER, File, make_room};
use crate::airtable::records;
use crate::airtable::world::{Held, PermissionLevel, Scope, write};

const BASE64: GeneralPurpose = GeneralPurpose::new(
    &STANDARD,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

pub fn upload(call: &Call<'_>, base: &str, record: &str, field: &str) -> Said {
    let held = call.base_for(base, Scope::RecordsWrite, PermissionLevel::Edit)?;
    let file = file(&call.body()?)?;
    make_room(call.app, file.bytes.len()).map_err(|_| ApiError::RequestTooLarge)?;
    let mut held = write(&held);
    let (table, record) = place(&held, record)?;
    let field = attachments(&held, table, field)?;
    let attachment = new(call, &file);
    call.app.files.keep(attachment.id, file).map_err(|_| ApiError::RequestTooLarge)?;
    let edit = appended(call, &held, (table, record, field), attachment);
    let effects = held.carry_out(&edit, &call.actor());
    let answer = records::one_cell(call, &held, table, record, field)?;
    Ok(said(&answer)?.with(effects))
}

/// Unsettled: how a file is refused that is too large, or no base64.
fn file(body: &Body) -> Result<File, ApiError> {
    let Upload { name, media_type, packed } = Upload::of(body)?;
    let bytes = BASE64.decode(packed).map_err(|_| ApiError::InvalidRequest)?;
    if bytes.len() > BYTES_MAX {
        return Err(ApiError::RequestTooLarge);
    }
    Ok(File::new(Bytes::from(bytes), name, Some(media_type)))
}

fn new(call: &Call<'_>, file: &File) -> Attachment {
    let id = call.app.mint().make();
    let url = format!("{}/{FOLDER}/{id}", call.origin);
    let mut attachment = Attachment { id, url, filename: None, known: Map::new() };
    file.describe(&mut attachment);
    attachment
}

/// The address names no table.
fn place(held: &Held, record: &str) -> Result<(TableId, RecordId), ApiError> {
    let record = RecordId::parse(record).map_err(|_| ApiError::RecordNotFound)?;
    let table = held.tables.table_of(record).ok_or(ApiError::RecordNotFound)?;
    Ok((table, record))
}

fn attachments(held: &Held, table: TableId, called: &str) -> Result<FieldId, ApiError> {
    let table = held.tables.base().table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
    let field = table.field_called(called)?;
    match field.kind {
        FieldType::MultipleAttachments(_) => Ok(field.id),
        _ => Err(ApiError::InvalidValue { field: called.into() }),
    }
}

fn appended(
    call: &Call<'_>,
    held: &Held,
    (table, record, field): (TableId, RecordId, FieldId),
    attachment: Attachment,
) -> Edit {
    let found = held.tables.record(table, record).and_then(|record| record.cells.get(&field));
    let mut all = match found {
        Some(CellValue::Attachments(all)) => all.clone(),
        _ => Vec::new(),
    };
    all.push(attachment);
    let value = Some(CellValue::Attachments(all));
    Edit { stamp: call.stamp(), changes: vec![Change::CellSet { table, record, field, value }] }
}
