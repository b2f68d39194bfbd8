//! `GET /v0/{base}/{table}/{record}`.

use axum::extract::State;
use axum::response::Response;
use domain::bases::requests::Format;
use serde::Deserialize;

use super::said::form;
use crate::Api;
use crate::airtable::answer::said;
use crate::airtable::asked::Asked;
use crate::airtable::base::AtTable;
use crate::bases::records;
use crate::http::{Path, Problem};

#[derive(Deserialize)]
pub struct Segments {
    record: String,
}

/// Show a record
#[utoipa::path(
    get, path = "/v0/{base}/{table}/{record}", tag = "airtable",
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
        ("record" = String, Path, description = "The id of the record"),
        ("cellFormat" = Option<String>, Query, description = "`json`, or `string`: then with both of the next"),
        ("timeZone" = Option<String>, Query, description = "Where the reader is"),
        ("userLocale" = Option<String>, Query, description = "In which language"),
        ("returnFieldsByFieldId" = Option<String>, Query, description = "`true` or `1`: fields are called by their ids"),
        ("recordMetadata[]" = Option<String>, Query, description = "`commentCount`: with how many comments there are on it"),
    ),
    responses((status = 200, description = "The record", body = serde_json::Value))
)]
pub async fn show(
    State(api): State<Api>,
    at: AtTable,
    Path(Segments { record }): Path<Segments>,
    Asked(query): Asked,
) -> Result<Response, Problem> {
    let format = Format { fields: Vec::new(), ..Format::of_address(&query)? };
    let form = form(format, &at)?;
    Ok(said(&records::one(&api, at.place(), at.table.as_str(), &record, &form).await?))
}
