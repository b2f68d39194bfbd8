//! `POST /v0/meta/bases/{base}/tables/{table}/fields`.

use axum::extract::State;
use axum::response::Response;
use domain::bases::errors::ApiError;
use domain::bases::ids::Mint;
use domain::bases::schema::FieldDraft;
use serde::Deserialize;

use crate::Api;
use crate::airtable::answer::done;
use crate::airtable::asked::Sent;
use crate::airtable::base::AtBase;
use crate::http::{Call, Path, Problem};

#[derive(Deserialize)]
pub struct Segments {
    table: String,
}

/// Add a field to a table
///
/// A field that links brings its inverse along, in the table that it leads to.
#[utoipa::path(
    post, path = "/v0/meta/bases/{base}/tables/{table}/fields", tag = "airtable", request_body = serde_json::Value,
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
    ),
    responses((status = 200, description = "The field", body = serde_json::Value))
)]
pub async fn create(
    State(api): State<Api>,
    call: Call,
    at: AtBase,
    Path(Segments { table }): Path<Segments>,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    let table = at.table(&table)?.id;
    let draft: FieldDraft = body.read()?;
    let request = at.0.request(&api, &call, &body.object)?;
    let name = draft.name.clone();
    let planned = at.schema()?.plan_field(table, draft, &mut Mint::new(request.command_id));
    let reshaped = super::reshape(&api, &call, &at, &request, planned).await?;
    let fields = reshaped.schema()?.table(table).map(|table| table.fields.as_slice()).unwrap_or_default();
    let made = fields.iter().find(|field| field.name == name).ok_or(ApiError::ServerError)?;
    Ok(done(&call, &reshaped.receipt, &made.said()))
}
