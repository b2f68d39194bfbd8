//! `POST /v0/{base}/{record}/{field}/uploadAttachment`: a file in the request itself, put behind those that are in the cell.

use axum::extract::State;
use axum::response::Response;
use domain::bases::cells::{Attachment, CellValue, Collaborator, write_moment};
use domain::bases::errors::ApiError;
use domain::bases::files::{HEAD_BYTES, known, named, served};
use domain::bases::ids::{FieldId, Mint, RecordId};
use domain::bases::ports::{BlobFault, Kept, UPLOAD_BYTES_MAX};
use domain::bases::record::{self, RecordCommand, Source};
use domain::bases::requests::Upload;
use domain::bases::schema::FieldType;
use domain::bases::table::Stamp;
use domain::bases::{Base, Record, RecordKey, airtable_id_of};
use domain::identity::{TenantId, UserId};
use eventstore::execute::Plan;
use eventstore::read::StateAt;
use jiff::Timestamp;
use projections::bases::records::Records;
use projections::runtime::ReadModel;
use serde::Deserialize;
use serde_json::{Value, json};

use super::AskedAt;
use super::unpacked::unpacked;
use crate::Api;
use crate::access::Principal;
use crate::airtable::answer::done;
use crate::airtable::asked::Sent;
use crate::airtable::base::AtBase;
use crate::http::{Call, Path, Problem};
use crate::identity::ids;

#[derive(Deserialize)]
pub struct Segments {
    record: String,
    field: String,
}

/// Put a file into a cell
///
/// `file` in base64, at most 5 MB of it; `filename` and `contentType`.
#[utoipa::path(
    post, path = "/v0/{base}/{record}/{field}/uploadAttachment", tag = "airtable", request_body = serde_json::Value,
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("record" = String, Path, description = "The id of the record"),
        ("field" = String, Path, description = "The id of the field, or its name"),
    ),
    responses((status = 200, description = "The record, with all files of this cell", body = serde_json::Value))
)]
pub async fn upload(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    at: AtBase,
    asked_at: AskedAt,
    Path(Segments { record, field }): Path<Segments>,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    at.0.check_is_writable()?;
    let record = RecordId::parse(&record).map_err(|_| ApiError::RecordNotFound)?;
    let (tenant, key) = (&at.0.tenant, record::key(&at.0.id, record));
    let field = field_of(&at, &found(&api, tenant, &key).await?, &field)?;
    let upload = Upload::of(&body)?;
    let bytes = unpacked(&upload)?;
    let request = at.0.request(&api, &call, &body.object)?;
    let kept = kept(&api, tenant, &bytes).await?;
    // A retry makes the same id.
    let attachment = attachment(&upload, &bytes, kept, &mut Mint::new(request.command_id));
    let add =
        RecordCommand::AddFile { source: Source::Api, stamp: stamp(&principal.user), field, attachment };
    let plan = Plan::new().decide::<Record>(tenant, ids::stream(&key)?, add);
    let plan = plan.unmoved::<Base>(tenant, at.0.stream()?, at.0.now.version);
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    api.settle(Records::NAME, &receipt).await;
    let now = found(&api, tenant, &key).await?;
    let addresses = api.files.addresses(tenant, &asked_at, Timestamp::now());
    let mut files = files(&now, field);
    served(&mut files, &addresses);
    let created = now.state.created().map(write_moment);
    let body = json!({ "id": record, "createdTime": created, "fields": { field.as_str(): files } });
    Ok(done(&call, &receipt, &body))
}

/// The address names no table.
async fn found(api: &Api, tenant: &TenantId, key: &RecordKey) -> Result<StateAt<Record>, Problem> {
    let found = api.executor.state::<Record>(tenant, ids::stream(key)?).await?;
    let is_there = found.state.address().is_some() && !found.state.is_deleted();
    if is_there { Ok(found) } else { Err(ApiError::RecordNotFound.into()) }
}

fn field_of(at: &AtBase, record: &StateAt<Record>, called: &str) -> Result<FieldId, Problem> {
    let table = record.state.address().map(|address| address.table);
    let table = at.0.table(table.ok_or(ApiError::RecordNotFound)?);
    let field = table.map_err(|_| ApiError::RecordNotFound)?.field_called(called)?;
    match field.kind {
        FieldType::MultipleAttachments(_) => Ok(field.id),
        _ => Err(ApiError::InvalidValue { field: called.into() }.into()),
    }
}

async fn kept(api: &Api, tenant: &TenantId, bytes: &[u8]) -> Result<Kept, Problem> {
    let mut incoming =
        api.files.blobs.begin(tenant, UPLOAD_BYTES_MAX as u64).await.map_err(|fault| away(&fault))?;
    incoming.write(bytes).await.map_err(|broken| away(&BlobFault::Unavailable(broken.to_string())))?;
    incoming.finish().await.map_err(|fault| away(&fault))
}

fn away(fault: &BlobFault) -> Problem {
    tracing::warn!(%fault, "a file cannot be kept");
    Problem::unavailable()
}

fn attachment(upload: &Upload, bytes: &[u8], kept: Kept, mint: &mut Mint) -> Attachment {
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    Attachment {
        id: mint.make(),
        url: kept.hash.to_url(),
        filename: Some(named(Some(&upload.name), "")),
        known: known(head, kept.bytes, Some(&upload.media_type)),
    }
}

fn stamp(user: &UserId) -> Stamp {
    let by = Collaborator { id: airtable_id_of(user).to_string(), email: None, name: None };
    Stamp { at: Timestamp::now(), by: Some(by) }
}

fn files(record: &StateAt<Record>, field: FieldId) -> Value {
    match record.state.cells().and_then(|cells| cells.get(&field)) {
        Some(CellValue::Attachments(files)) => json!(files),
        _ => json!([]),
    }
}
