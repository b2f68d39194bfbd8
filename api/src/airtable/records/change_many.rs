//! `PATCH` and `PUT /v0/{base}/{table}`: up to ten records by their ids, or whichever have the same values (upsert).

use axum::extract::State;
use axum::response::Response;
use domain::bases::errors::ApiError;
use domain::bases::requests::{Body, Row, Rows, merge_on};
use domain::bases::table::Verb;

use super::written::{RecordsSaid, Write};
use crate::Api;
use crate::airtable::asked::{Asked, Sent};
use crate::airtable::base::AtTable;
use crate::bases::records;
use crate::http::{Call, Problem};

/// Change records
///
/// All or none. With `performUpsert` each row is written to the record that has the same values in some fields, or to a new one.
#[utoipa::path(
    patch, path = "/v0/{base}/{table}", tag = "airtable", request_body = serde_json::Value,
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
    ),
    responses((status = 200, description = "The records", body = serde_json::Value))
)]
pub async fn patch(
    State(api): State<Api>,
    call: Call,
    at: AtTable,
    Asked(query): Asked,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    change(&Write { api: &api, call: &call, at: &at, query: &query, body: &body }, Verb::Patch).await
}

/// Replace records
///
/// The same; what is left out is emptied.
#[utoipa::path(
    put, path = "/v0/{base}/{table}", tag = "airtable", request_body = serde_json::Value,
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
    ),
    responses((status = 200, description = "The records", body = serde_json::Value))
)]
pub async fn put(
    State(api): State<Api>,
    call: Call,
    at: AtTable,
    Asked(query): Asked,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    change(&Write { api: &api, call: &call, at: &at, query: &query, body: &body }, Verb::Put).await
}

async fn change(write: &Write<'_>, verb: Verb) -> Result<Response, Problem> {
    let asked = asked(write.body, verb)?;
    let written = write.carry_out(&asked).await?;
    let mut said = RecordsSaid::of(write.records(&written).await?);
    if let records::Asked::Upsert { .. } = asked {
        said.created_records = Some(&written.created);
        said.updated_records = Some(&written.updated);
    }
    Ok(write.answer(&written, &said))
}

fn asked(body: &Body, verb: Verb) -> Result<records::Asked, ApiError> {
    let rows = Rows::many(body)?.into_iter();
    if let Some(merge_on) = merge_on(body)? {
        let rows = rows.map(|row| (row.id, row.fields)).collect();
        return Ok(records::Asked::Upsert { verb, merge_on, rows });
    }
    let named = |row: Row| Ok((row.id.ok_or(ApiError::InvalidRequest)?, row.fields));
    Ok(records::Asked::Update { verb, rows: rows.map(named).collect::<Result<_, ApiError>>()? })
}
