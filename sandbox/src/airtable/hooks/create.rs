//! Another webhook. Who is to hear of records or schemas has to be allowed to read them.

use domain::bases::errors::ApiError;
use domain::bases::requests::Body;
use domain::secret::Secret;
use serde_json::{Value, json};

use crate::airtable::edge::{Call, Said, said};
use crate::airtable::journal::Effect;
use crate::airtable::webhooks::{NewHook, Specification};
use crate::airtable::world::{PermissionLevel, Scope, write};

pub fn create(call: &Call<'_>, base: &str) -> Said {
    let held = call.base_for(base, Scope::WebhookManage, PermissionLevel::Create)?;
    let mut held = write(&held);
    let body = call.body()?;
    let given = body.get("specification").ok_or(ApiError::InvalidRequest)?;
    readable(call, given)?;
    let specification = Specification::parse(given, held.tables.base())?;
    let hook = NewHook {
        id: call.app.mint().make(),
        at: call.at,
        integration: call.caller.integration.clone(),
        secret: Secret::new([call.app.draws.bytes(), call.app.draws.bytes()].concat()),
        notification_url: notification_url(&body)?,
        specification,
    };
    let effect = Effect::new("webhook.created", hook.id);
    Ok(said(&held.hooks.create(hook)?)?.with(vec![effect]))
}

fn readable(call: &Call<'_>, specification: &Value) -> Result<(), ApiError> {
    let kinds = specification.pointer("/options/filters/dataTypes").and_then(Value::as_array);
    for kind in kinds.into_iter().flatten() {
        let needed = if kind == &json!("tableData") { Scope::RecordsRead } else { Scope::SchemaRead };
        call.caller.must_have(needed)?;
    }
    Ok(())
}

/// Unsettled: that an address without a scheme of the web is refused when the hook is made.
fn notification_url(body: &Body) -> Result<Option<String>, ApiError> {
    match body.get("notificationUrl") {
        None => Ok(None),
        Some(Value::String(url)) if url.starts_with("http://") || url.starts_with("https://") => {
            Ok(Some(url.clone()))
        }
        Some(_) => Err(ApiError::InvalidRequest),
    }
}
