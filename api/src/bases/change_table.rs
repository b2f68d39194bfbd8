//! `PATCH /v1/bases/{base}/tables/{table}`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::bases::ids::TableId;
use domain::bases::schema::Renaming;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::found::FoundBase;
use super::shown::TableShown;
use crate::Api;
use crate::http::{Call, IfMatch, Json, Path, Problem};

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TableChange {
    #[schema(min_length = 1)]
    name: Option<String>,
    #[schema(max_length = 20000)]
    description: Option<String>,
}

#[derive(Deserialize)]
pub struct Segments {
    table: TableId,
}

/// Change the name or the description of a table
///
/// What is left out stays. `If-Match` carries the version of the base that the change is meant for.
#[utoipa::path(
    patch, path = "/v1/bases/{base}/tables/{table}", tag = "bases", request_body = TableChange,
    params(
        ("base" = String, Path, description = "The id of the base"),
        ("table" = String, Path, description = "The id of the table"),
        IfMatch,
    ),
    responses((status = 200, description = "Changed", body = TableShown))
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    found: FoundBase,
    Path(Segments { table }): Path<Segments>,
    expected: IfMatch,
    Json(body): Json<TableChange>,
) -> Result<Response, Problem> {
    let request = found.request(&api, &call, &body)?;
    let schema = found.schema()?;
    found.table(table)?;
    let planned = match (body.name, body.description) {
        (None, None) => Ok(Vec::new()),
        (name, description) => schema.plan_table_renaming(table.as_str(), Renaming { name, description }),
    };
    let version = expected.version(found.now.version);
    let receipt = found.reshape(&api, &call, &request, planned, version).await?;
    let changed = api.base_at(&found.tenant, &found.id, receipt.version()).await?;
    let shown = changed.state.schema().and_then(|schema| schema.table(table));
    let shown = TableShown::of(shown.ok_or_else(Problem::not_found)?);
    Ok(call.answer(&receipt, StatusCode::OK).json(&shown))
}
