//! `GET /v1/api-keys/{key}`.

use axum::extract::State;

use super::found::FoundKey;
use super::shown::ApiKeyShown;
use crate::Api;
use crate::http::{Answer, Problem};

/// Show an API key
#[utoipa::path(
    get, path = "/v1/api-keys/{key}", tag = "api keys",
    params(("key" = String, Path, description = "Its id")),
    responses((status = 200, description = "The key, without its text", body = ApiKeyShown))
)]
pub async fn show(State(api): State<Api>, found: FoundKey) -> Result<Answer<ApiKeyShown>, Problem> {
    let shown = api.key_shown(&found.principal, &found.id).await?;
    let version = shown.version;
    Ok(Answer::new(shown).etag(version))
}
