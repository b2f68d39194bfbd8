//! `GET /v0/{base}/{table}`.

use axum::extract::State;
use axum::response::Response;
use domain::bases::requests::ListRequest;

use super::said::{PageSaid, form};
use crate::Api;
use crate::airtable::answer::said;
use crate::airtable::asked::Asked;
use crate::airtable::base::AtTable;
use crate::bases::records;
use crate::http::Problem;

/// List records
///
/// A hundred on a page and no more. What is asked for may also stand in a body: `POST /v0/{base}/{table}/listRecords`.
#[utoipa::path(
    get, path = "/v0/{base}/{table}", tag = "airtable",
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
        ("offset" = Option<String>, Query, description = "What the page before ended with"),
        ("pageSize" = Option<u8>, Query, description = "1 to 100, which is the default"),
        ("maxRecords" = Option<u64>, Query, description = "On all pages together"),
        ("view" = Option<String>, Query, description = "The id or the name of a view: its filter and its order"),
        ("filterByFormula" = Option<String>, Query, description = "What records have to meet"),
        ("fields[]" = Option<String>, Query, description = "A field that is wanted; may be there often"),
        ("sort[0][field]" = Option<String>, Query, description = "The field to sort by first; others follow under 1, 2 and so on"),
        ("sort[0][direction]" = Option<String>, Query, description = "`asc` or `desc`"),
        ("cellFormat" = Option<String>, Query, description = "`json`, or `string`: then with both of the next"),
        ("timeZone" = Option<String>, Query, description = "Where the reader is"),
        ("userLocale" = Option<String>, Query, description = "In which language"),
        ("returnFieldsByFieldId" = Option<String>, Query, description = "`true` or `1`: fields are called by their ids"),
        ("recordMetadata[]" = Option<String>, Query, description = "`commentCount`: with how many comments there are on each"),
    ),
    responses((status = 200, description = "A page of them", body = serde_json::Value))
)]
pub async fn list(State(api): State<Api>, at: AtTable, Asked(query): Asked) -> Result<Response, Problem> {
    page(&api, &at, ListRequest::of_address(&query)?).await
}

pub async fn page(api: &Api, at: &AtTable, asked: ListRequest) -> Result<Response, Problem> {
    let ListRequest { listed, offset, format } = asked;
    let form = form(format, at)?;
    let page = records::list(api, at.place(), at.table.as_str(), &listed, offset.as_deref(), &form).await?;
    Ok(said(&PageSaid::from(page)))
}
