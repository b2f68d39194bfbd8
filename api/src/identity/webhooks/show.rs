//! `GET /v1/workspaces/{workspace}/webhooks/{webhook}`. As the next command would find it: nothing lags behind.

use super::found::FoundWebhook;
use super::shown::WebhookShown;
use crate::http::{Answer, Problem};

/// Show a webhook
#[utoipa::path(
    get, path = "/v1/workspaces/{workspace}/webhooks/{webhook}", tag = "webhooks",
    params(
        ("workspace" = String, Path, description = "Its workspace"),
        ("webhook" = String, Path, description = "Its id"),
    ),
    responses((status = 200, description = "The webhook", body = WebhookShown))
)]
pub async fn show(found: FoundWebhook) -> Result<Answer<WebhookShown>, Problem> {
    let shown = found.shown()?;
    let version = shown.version;
    Ok(Answer::new(shown).etag(version))
}
