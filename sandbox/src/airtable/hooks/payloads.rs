//! What a webhook has heard, from a cursor on. Reading lets it live on. Payloads are kept as they were told, and files in
//! them get the addresses of now.

use std::borrow::Cow;

use domain::bases::errors::ApiError;
use serde_json::value::{RawValue, to_raw_value};

use super::{id, viewer};
use crate::airtable::edge::{Call, Said, said};
use crate::airtable::files::Addresses;
use crate::airtable::world::{PermissionLevel, Scope, write};

#[derive(serde::Serialize)]
#[serde(rename_all = "camelCase")]
struct Page<'a> {
    payloads: Vec<Cow<'a, RawValue>>,
    cursor: u64,
    might_have_more: bool,
}

pub fn payloads(call: &Call<'_>, base: &str, webhook: &str) -> Said {
    let held = call.base_for(base, Scope::WebhookManage, PermissionLevel::Create)?;
    let (cursor, limit) = (number(call, "cursor")?, number(call, "limit")?);
    let limit = limit.map(|limit| usize::try_from(limit).unwrap_or(usize::MAX));
    let addresses = call.addresses();
    let mut held = write(&held);
    let page = held.hooks.find(viewer(call), id(webhook)?, call.at)?.payloads(call.at, cursor, limit)?;
    let payloads = page.payloads.iter().map(|text| fresh(text, &addresses));
    let payloads = payloads.collect::<Result<_, _>>().map_err(|_| ApiError::ServerError)?;
    said(&Page { payloads, cursor: page.cursor, might_have_more: page.might_have_more })
}

/// Few payloads hold files; the others are passed on as they are.
fn fresh<'a>(text: &'a str, addresses: &Addresses<'_>) -> serde_json::Result<Cow<'a, RawValue>> {
    if !may_hold_files(text) {
        return serde_json::from_str(text).map(Cow::Borrowed);
    }
    let mut payload = serde_json::from_str(text)?;
    addresses.fresh(&mut payload);
    to_raw_value(&payload).map(Cow::Owned)
}

/// An attachment is an object with an id of its kind. In a text the quotation marks would be escaped.
fn may_hold_files(text: &str) -> bool {
    text.contains(r#""id":"att"#)
}

fn number(call: &Call<'_>, name: &str) -> Result<Option<u64>, ApiError> {
    call.query.one(name).map(str::parse).transpose().map_err(|_| ApiError::InvalidRequest)
}
