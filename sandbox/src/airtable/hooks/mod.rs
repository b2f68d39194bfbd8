//! The webhook API over what `webhooks` knows of them.

mod create;
mod life;
mod payloads;

pub use create::create;
pub use life::{delete, enable_notifications, list, refresh};
pub use payloads::payloads;

use domain::bases::errors::ApiError;
use domain::bases::ids::WebhookId;

use super::edge::Call;
use super::webhooks::Viewer;

fn viewer<'a>(call: &'a Call<'_>) -> Viewer<'a> {
    match &call.caller.integration {
        Some(integration) => Viewer::Integration(integration),
        None => Viewer::Person,
    }
}

fn id(text: &str) -> Result<WebhookId, ApiError> {
    WebhookId::parse(text).map_err(|_| ApiError::PermissionsOrModelNotFound)
}
