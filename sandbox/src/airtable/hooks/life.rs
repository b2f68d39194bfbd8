//! Webhooks that are there: which, for how long, whether they ping, and their end.

use domain::bases::errors::ApiError;
use serde_json::{Value, json};

use super::{id, viewer};
use crate::airtable::edge::{Call, Said, said};
use crate::airtable::journal::Effect;
use crate::airtable::world::{PermissionLevel, Scope, write};

pub fn list(call: &Call<'_>, base: &str) -> Said {
    let held = call.base_for(base, Scope::WebhookManage, PermissionLevel::Read)?;
    let listed = write(&held).hooks.list(viewer(call), call.at);
    said(&listed)
}

pub fn delete(call: &Call<'_>, base: &str, webhook: &str) -> Said {
    let held = call.base_for(base, Scope::WebhookManage, PermissionLevel::Create)?;
    let id = id(webhook)?;
    write(&held).hooks.delete(viewer(call), id, call.at)?;
    Ok(said(&json!({}))?.with(vec![Effect::new("webhook.deleted", id)]))
}

pub fn enable_notifications(call: &Call<'_>, base: &str, webhook: &str) -> Said {
    let held = call.base_for(base, Scope::WebhookManage, PermissionLevel::Create)?;
    let body = call.body()?;
    let enable = body.get("enable").and_then(Value::as_bool).ok_or(ApiError::InvalidRequest)?;
    let id = id(webhook)?;
    write(&held).hooks.find(viewer(call), id, call.at)?.enable_notifications(enable);
    Ok(said(&json!({}))?.with(vec![Effect::new("webhook.updated", id)]))
}

pub fn refresh(call: &Call<'_>, base: &str, webhook: &str) -> Said {
    let held = call.base_for(base, Scope::WebhookManage, PermissionLevel::Create)?;
    let refreshed = write(&held).hooks.find(viewer(call), id(webhook)?, call.at)?.refresh(call.at)?;
    said(&refreshed)
}
