//! `PATCH /v0/meta/bases/{base}/tables/{table}`.

use axum::extract::State;
use axum::response::Response;
use domain::bases::errors::ApiError;
use domain::bases::requests::table_changes;
use serde::Deserialize;

use crate::Api;
use crate::airtable::answer::done;
use crate::airtable::asked::Sent;
use crate::airtable::base::AtBase;
use crate::http::{Call, Path, Problem};

#[derive(Deserialize)]
pub struct Segments {
    table: String,
}

/// Change the name, the description or the dates of a table
///
/// What is left out stays.
#[utoipa::path(
    patch, path = "/v0/meta/bases/{base}/tables/{table}", tag = "airtable", request_body = serde_json::Value,
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
    ),
    responses((status = 200, description = "The table", body = serde_json::Value))
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    at: AtBase,
    Path(Segments { table }): Path<Segments>,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    let table = at.table(&table)?.id;
    let request = at.0.request(&api, &call, &body.object)?;
    let planned = table_changes(at.schema()?, table, &body);
    let reshaped = super::reshape(&api, &call, &at, &request, planned).await?;
    let changed = reshaped.schema()?.table(table).ok_or(ApiError::ServerError)?;
    Ok(done(&call, &reshaped.receipt, &changed.said(false)))
}
