//! `GET /v0/meta/bases/{base}/tables`.

use axum::response::Response;
use serde_json::{Value, json};

use crate::airtable::answer::said;
use crate::airtable::asked::Asked;
use crate::airtable::base::{AtBase, hidden};
use crate::http::Problem;

/// List the tables of a base
#[utoipa::path(
    get, path = "/v0/meta/bases/{base}/tables", tag = "airtable",
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("include" = Option<String>, Query, description = "`visibleFieldIds`: with the fields that grids show"),
    ),
    responses((status = 200, description = "Its tables, with fields and views", body = serde_json::Value))
)]
pub async fn list(AtBase(found): AtBase, Asked(query): Asked) -> Result<Response, Problem> {
    let with_fields = query.list("include").contains(&"visibleFieldIds");
    let tables: Vec<Value> =
        found.open_tables().map_err(hidden)?.map(|table| table.said(with_fields)).collect();
    Ok(said(&json!({ "tables": tables })))
}
