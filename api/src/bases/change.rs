//! `PATCH /v1/bases/{base}`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::bases::Base;
use domain::bases::base::BaseCommand;
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::found::{FoundBase, refused};
use super::shown::BaseShown;
use crate::Api;
use crate::http::{Call, IfMatch, Json, Problem};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BaseChange {
    #[schema(example = "Company", min_length = 1, max_length = 255)]
    name: String,
}

/// Rename a base
///
/// `If-Match` carries the version that the change is meant for.
#[utoipa::path(
    patch, path = "/v1/bases/{base}", tag = "bases", request_body = BaseChange,
    params(("base" = String, Path, description = "Its id"), IfMatch),
    responses((status = 200, description = "Renamed", body = BaseShown))
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    found: FoundBase,
    expected: IfMatch,
    Json(body): Json<BaseChange>,
) -> Result<Response, Problem> {
    found.check_opens_all()?;
    found.check_is_writable()?;
    let request = found.request(&api, &call, &body)?;
    let (tenant, stream) = (&found.tenant, found.stream()?);
    let rename = BaseCommand::Rename { name: body.name };
    let plan = match expected.version(found.now.version) {
        Some(version) => Plan::new().decide_at::<Base>(tenant, stream, version, rename),
        None => Plan::new().decide::<Base>(tenant, stream, rename),
    };
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| refused(&call, error))?;
    let changed = api.base_at(tenant, &found.id, receipt.version()).await?;
    Ok(call.answer(&receipt, StatusCode::OK).json(&found.shown(&changed)?))
}
