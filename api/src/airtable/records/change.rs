//! `PATCH` and `PUT /v0/{base}/{table}/{record}`: some of the cells of a record, or all of them.

use axum::extract::State;
use axum::response::Response;
use domain::bases::errors::ApiError;
use domain::bases::requests::fields;
use domain::bases::table::Verb;
use serde::Deserialize;

use super::written::Write;
use crate::Api;
use crate::airtable::asked::{Asked, Sent};
use crate::airtable::base::AtTable;
use crate::bases::records::{self, Form};
use crate::http::{Call, Path, Problem};

#[derive(Deserialize)]
pub struct Segments {
    record: String,
}

/// Change a record
///
/// What is left out stays; null empties a cell.
#[utoipa::path(
    patch, path = "/v0/{base}/{table}/{record}", tag = "airtable", request_body = serde_json::Value,
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
        ("record" = String, Path, description = "The id of the record"),
    ),
    responses((status = 200, description = "The record", body = serde_json::Value))
)]
pub async fn patch(
    State(api): State<Api>,
    call: Call,
    at: AtTable,
    Path(Segments { record }): Path<Segments>,
    Asked(query): Asked,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    let write = Write { api: &api, call: &call, at: &at, query: &query, body: &body };
    change(&write, Verb::Patch, record).await
}

/// Replace a record
///
/// What is left out is emptied.
#[utoipa::path(
    put, path = "/v0/{base}/{table}/{record}", tag = "airtable", request_body = serde_json::Value,
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
        ("record" = String, Path, description = "The id of the record"),
    ),
    responses((status = 200, description = "The record", body = serde_json::Value))
)]
pub async fn put(
    State(api): State<Api>,
    call: Call,
    at: AtTable,
    Path(Segments { record }): Path<Segments>,
    Asked(query): Asked,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    let write = Write { api: &api, call: &call, at: &at, query: &query, body: &body };
    change(&write, Verb::Put, record).await
}

async fn change(write: &Write<'_>, verb: Verb, record: String) -> Result<Response, Problem> {
    let fields = fields(&write.body.object)?;
    // Unsettled: a record in an address that is not there is not found, while one in a body does not exist.
    records::one(write.api, write.at.place(), write.at.table.as_str(), &record, &Form::default()).await?;
    let asked = records::Asked::Update { verb, rows: vec![(record, fields)] };
    let written = write.carry_out(&asked).await?;
    let changed = write.records(&written).await?.pop().ok_or(ApiError::RecordNotFound)?;
    Ok(write.answer(&written, &changed))
}
