//! `DELETE /v0/{base}/{table}`: up to ten records.

use axum::extract::State;
use axum::response::Response;
use domain::bases::requests::{Body, records_to_delete};
use serde_json::json;

use super::written::{DeletedSaid, Write};
use crate::Api;
use crate::airtable::asked::Asked;
use crate::airtable::base::AtTable;
use crate::bases::records;
use crate::http::{Call, Problem};

/// Delete records
///
/// All or none.
#[utoipa::path(
    delete, path = "/v0/{base}/{table}", tag = "airtable",
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
        ("records[]" = Option<String>, Query, description = "The id of a record; there up to ten times"),
    ),
    responses((status = 200, description = "Their ids", body = serde_json::Value))
)]
pub async fn delete(
    State(api): State<Api>,
    call: Call,
    at: AtTable,
    Asked(query): Asked,
) -> Result<Response, Problem> {
    let ids = records_to_delete(&query)?.into_iter().map(str::to_owned).collect();
    let write = Write { api: &api, call: &call, at: &at, query: &query, body: &Body::default() };
    let written = write.carry_out(&records::Asked::Delete(ids)).await?;
    Ok(write.answer(&written, &json!({ "records": DeletedSaid::all(&written) })))
}
