//! `GET /v0/meta/bases`.

use axum::extract::State;
use axum::response::Response;
use domain::bases::BaseKey;
use domain::bases::base::Origin;
use domain::bases::errors::ApiError;
use projections::bases::bases::{self, BaseRow, Wanted};
use serde_json::{Map, Value, json};

use super::level::level;
use crate::Api;
use crate::access::Principal;
use crate::airtable::answer::said;
use crate::airtable::asked::Asked;
use crate::http::Problem;

const PAGE_SIZE: usize = 1_000;

/// List bases
///
/// A thousand on a page.
#[utoipa::path(
    get, path = "/v0/meta/bases", tag = "airtable",
    params(("offset" = Option<String>, Query, description = "What the page before ended with")),
    responses((status = 200, description = "A page of them", body = serde_json::Value))
)]
pub async fn list(
    State(api): State<Api>,
    principal: Principal,
    Asked(query): Asked,
) -> Result<Response, Problem> {
    let wrong = |offset: &str| ApiError::InvalidOffset(offset.to_owned());
    let after = query.one("offset").map(|offset| BaseKey::new(offset).map_err(|_| wrong(offset)));
    let after = after.transpose()?;
    let wanted = Wanted { workspace: None, named: principal.named_bases() };
    let mut queries = api.queries.begin(&principal.tenant).await?;
    let visible = principal.visible();
    let mut rows = bases::list(&mut queries, &visible, &wanted, after.as_ref(), PAGE_SIZE + 1).await?;
    let is_last = rows.len() <= PAGE_SIZE;
    rows.truncate(PAGE_SIZE);
    let mut body = Map::new();
    body.insert("bases".into(), rows.iter().map(|row| summary(&principal, row)).collect());
    if let Some(last) = rows.last().filter(|_| !is_last) {
        body.insert("offset".into(), json!(last.id.as_str()));
    }
    Ok(said(&body))
}

fn summary(principal: &Principal, row: &BaseRow) -> Value {
    let level = level(principal, row.origin == Origin::Local.as_str());
    json!({ "id": row.airtable_id, "name": row.name, "permissionLevel": level })
}
