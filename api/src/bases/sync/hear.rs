//! `POST /v1/airtable/hooks/{tenant}/{base}`: Airtable says that there is something to hear. What it says besides is not believed: what
//! counts is whether the bytes were signed with the secret of the hook.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use domain::bases::base_sync::BaseSyncCommand;
use domain::bases::{BaseKey, BaseSync};
use domain::identity::TenantId;
use eventstore::airtable_secrets::Owner;
use eventstore::execute::{CommandError, Plan, Request};
use serde::Deserialize;

use crate::Api;
use crate::bases::airtable_ids;
use crate::http::{Path, Problem};
use crate::identity::ids;

const MAC: &str = "x-airtable-content-mac";
const ACTOR: &str = "airtable";

#[derive(Deserialize)]
pub struct Segments {
    tenant: TenantId,
    base: BaseKey,
}

/// Take a notification of Airtable
#[utoipa::path(
    post, path = "/v1/airtable/hooks/{tenant}/{base}", tag = "airtable",
    request_body(content = String, content_type = "application/json"),
    params(
        ("tenant" = String, Path, description = "The tenant of the base"),
        ("base" = String, Path, description = "The base"),
    ),
    responses(
        (status = 204, description = "Noted"),
        (status = 404, description = "No such hook, or not signed by it", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn hear(
    State(api): State<Api>,
    Path(Segments { tenant, base }): Path<Segments>,
    headers: HeaderMap,
    body: Bytes,
) -> Result<StatusCode, Problem> {
    let stream = ids::stream(&base)?;
    let found = api.executor.state::<BaseSync>(&tenant, stream.clone()).await?;
    let hook = found.state.details().and_then(|details| details.hook.as_ref());
    let hook = hook.ok_or_else(Problem::not_found)?;
    let mac = headers.get(MAC).and_then(|value| value.to_str().ok()).ok_or_else(Problem::not_found)?;
    let secret =
        api.airtable.secrets.read(Owner { tenant: &tenant, owner: base.as_str() }, &hook.secret).await?;
    if !api.airtable.pings.is_genuine(&secret, &body, mac) {
        return Err(Problem::not_found());
    }
    let first = api.source.reader().event_at(&airtable_ids::stream(&tenant, stream.clone()), 1).await?;
    let request =
        Request { scope: first.and_then(|event| event.scope), ..Request::new(tenant.clone(), ACTOR) };
    let plan = Plan::new().decide::<BaseSync>(&tenant, stream, BaseSyncCommand::NotePing { hook: hook.id });
    match api.executor.execute(&request, plan).await {
        // Another hook took its place meanwhile, or nobody follows any more: there is nothing to note.
        Ok(_) | Err(CommandError::Refused(_)) => Ok(StatusCode::NO_CONTENT),
        Err(error) => Err(error.into()),
    }
}
