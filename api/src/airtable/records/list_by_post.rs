//! `POST /v0/{base}/{table}/listRecords`: for whatever is too long for an address.

use axum::extract::State;
use axum::response::Response;
use domain::bases::requests::ListRequest;

use super::list::page;
use crate::Api;
use crate::airtable::asked::{Asked, Sent};
use crate::airtable::base::AtTable;
use crate::http::Problem;

/// List records, asked for in a body
///
/// `timeZone` and `userLocale` are read from the address all the same.
#[utoipa::path(
    post, path = "/v0/{base}/{table}/listRecords", tag = "airtable", request_body = serde_json::Value,
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
    ),
    responses((status = 200, description = "A page of them", body = serde_json::Value))
)]
pub async fn list(
    State(api): State<Api>,
    at: AtTable,
    Asked(query): Asked,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    page(&api, &at, ListRequest::of_body(&query, &body)?).await
}
