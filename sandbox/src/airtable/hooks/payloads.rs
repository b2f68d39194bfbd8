//! What a webhook has heard, from a cursor on. Reading lets it live on.

use domain::bases::errors::ApiError;
use serde_json::value::RawValue;

use super::{id, viewer};
use crate::airtable::edge::{Call, Said, said};
use crate::airtable::world::{PermissionLevel, Scope, write};

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    payloads: Vec<&'a RawValue>,
    cursor: u64,
    might_have_more: bool,
}

pub fn payloads(call: &Call<'_>, base: &str, webhook: &str) -> Said {
    let held = call.base_for(base, Scope::WebhookManage, PermissionLevel::Create)?;
    let (cursor, limit) = (number(call, "cursor")?, number(call, "limit")?);
    let limit = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let mut held = write(&held);
    let page = held.hooks.find(viewer(call), id(webhook)?, call.at)?.payloads(call.at, cursor, limit)?;
    let payloads = page.payloads.iter().map(|text| serde_json::from_str(text));
    let payloads = payloads.collect::<Result<_, _>>().map_err(|_| ApiError::ServerError)?;
    said(&Page { payloads, cursor: page.cursor, might_have_more: page.might_have_more })
}

fn number(call: &Call<'_>, name: &str) -> Result<Option<u64>, ApiError> {
    call.query.one(name).map(str::parse).transpose().map_err(|_| ApiError::InvalidRequest)
}
