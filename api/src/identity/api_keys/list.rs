//! `GET /v1/api-keys`: one's own, or those of everybody for whoever reads the audit. Oldest first.

use axum::extract::State;
use domain::identity::{ApiKey, ApiKeyId, Permission};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use utoipa::IntoParams;

use super::shown::ApiKeyShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Cursor, Limit, ListKey, Page, Problem, Query};
use crate::identity::ids;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct List {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<After>>,
}

/// Ids are drawn in the order of time.
#[derive(Debug, Serialize, Deserialize)]
pub struct After(ApiKeyId);

impl ListKey for After {
    const LIST: &'static str = "api_keys";
}

/// List API keys
///
/// Your own; those of everybody for whoever may read the audit. Revoked and expired ones stay for 90 days.
#[utoipa::path(
    get, path = "/v1/api-keys", tag = "api keys", params(List),
    responses((status = 200, description = "A page of them, which may be short", body = Page<ApiKeyShown>))
)]
pub async fn list(
    State(api): State<Api>,
    principal: Principal,
    Query(query): Query<List>,
) -> Result<Answer<Page<ApiKeyShown>>, Problem> {
    let owner = Some(&principal.user).filter(|_| !principal.may(Permission::AuditRead));
    let after = query.cursor.as_ref().map(|cursor| &cursor.after.0);
    let kept = &api.identity.kept;
    let keys = kept.key_ids(&principal.tenant, owner, after, query.limit.to_fetch()).await?;
    let page = Page::of(keys, query.limit, |key| After(key.clone())).map_err(|_| Problem::internal())?;
    let secrets = kept.key_secrets(&page.data).await?;
    let states = page.data.iter().map(async |id| {
        let found = api.executor.state::<ApiKey>(&principal.tenant, ids::stream(id)?).await?;
        Ok::<_, Problem>((id, found))
    });
    let states = try_join_all(states).await?;
    // A row that no event names is no key.
    let shown = states
        .into_iter()
        .filter_map(|(id, found)| ApiKeyShown::of(id, &found.state, found.version, &secrets).ok());
    Ok(Answer::new(Page { data: shown.collect(), next_cursor: page.next_cursor }))
}
