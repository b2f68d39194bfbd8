//! `DELETE /v0/{base}/{table}/{record}`.

use axum::extract::State;
use axum::response::Response;
use domain::bases::errors::ApiError;
use domain::bases::requests::Body;
use serde::Deserialize;

use super::written::{DeletedSaid, Write};
use crate::Api;
use crate::airtable::asked::Asked;
use crate::airtable::base::AtTable;
use crate::bases::records::{self, Form};
use crate::http::{Call, Path, Problem};

#[derive(Deserialize)]
pub struct Segments {
    record: String,
}

/// Delete a record
#[utoipa::path(
    delete, path = "/v0/{base}/{table}/{record}", tag = "airtable",
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
        ("record" = String, Path, description = "The id of the record"),
    ),
    responses((status = 200, description = "Its id", body = serde_json::Value))
)]
pub async fn delete(
    State(api): State<Api>,
    call: Call,
    at: AtTable,
    Path(Segments { record }): Path<Segments>,
    Asked(query): Asked,
) -> Result<Response, Problem> {
    records::one(&api, at.place(), at.table.as_str(), &record, &Form::default()).await?;
    let write = Write { api: &api, call: &call, at: &at, query: &query, body: &Body::default() };
    let written = write.carry_out(&records::Asked::Delete(vec![record])).await?;
    let gone = DeletedSaid::all(&written).pop().ok_or(ApiError::RecordNotFound)?;
    Ok(write.answer(&written, &gone))
}
