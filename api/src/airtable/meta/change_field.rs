//! `PATCH /v0/meta/bases/{base}/tables/{table}/fields/{field}`.

use axum::extract::State;
use axum::response::Response;
use domain::bases::errors::ApiError;
use domain::bases::schema::Renaming;
use serde::Deserialize;

use crate::Api;
use crate::airtable::answer::done;
use crate::airtable::asked::Sent;
use crate::airtable::base::AtBase;
use crate::http::{Call, Path, Problem};

#[derive(Deserialize)]
pub struct Segments {
    table: String,
    field: String,
}

/// Change the name or the description of a field
///
/// What is left out stays.
#[utoipa::path(
    patch, path = "/v0/meta/bases/{base}/tables/{table}/fields/{field}", tag = "airtable",
    request_body = serde_json::Value,
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
        ("field" = String, Path, description = "The id of the field, or its name"),
    ),
    responses((status = 200, description = "The field", body = serde_json::Value))
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    at: AtBase,
    Path(Segments { table, field }): Path<Segments>,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    let table = at.table(&table)?;
    let (table, field) = (table.id, table.field_called(&field)?.id);
    let renaming: Renaming = body.read()?;
    let request = at.0.request(&api, &call, &body.object)?;
    let planned = at.schema()?.plan_field_renaming(table, field.as_str(), renaming);
    let reshaped = super::reshape(&api, &call, &at, &request, planned).await?;
    let (_, changed) = reshaped.schema()?.field(field).ok_or(ApiError::ServerError)?;
    Ok(done(&call, &reshaped.receipt, &changed.said()))
}
