//! `POST /v0/{base}/{table}`: one record, or up to ten.

use axum::extract::State;
use axum::response::Response;
use domain::bases::errors::ApiError;
use domain::bases::requests::Rows;

use super::written::{RecordsSaid, Write};
use crate::Api;
use crate::airtable::asked::{Asked, Sent};
use crate::airtable::base::AtTable;
use crate::bases::records;
use crate::http::{Call, Problem};

/// Create records
///
/// `fields` for one, `records` for up to ten, which are made all or none.
#[utoipa::path(
    post, path = "/v0/{base}/{table}", tag = "airtable", request_body = serde_json::Value,
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
    ),
    responses((status = 200, description = "What was made", body = serde_json::Value))
)]
pub async fn create(
    State(api): State<Api>,
    call: Call,
    at: AtTable,
    Asked(query): Asked,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    let (rows, is_one) = match Rows::of(&body)? {
        Rows::One(fields) => (vec![fields], true),
        Rows::Many(rows) => (rows.into_iter().map(|row| row.fields).collect(), false),
    };
    let write = Write { api: &api, call: &call, at: &at, query: &query, body: &body };
    let written = write.carry_out(&records::Asked::Create(rows)).await?;
    let mut made = write.records(&written).await?;
    if is_one {
        return Ok(write.answer(&written, &made.pop().ok_or(ApiError::RecordNotFound)?));
    }
    Ok(write.answer(&written, &RecordsSaid::of(made)))
}
