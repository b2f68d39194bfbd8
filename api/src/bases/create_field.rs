//! `POST /v1/bases/{base}/tables/{table}/fields`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::bases::ids::{Mint, TableId};
use serde::Deserialize;

use super::drafts::NewField;
use super::found::FoundBase;
use super::shown::FieldShown;
use crate::Api;
use crate::http::{Call, Json, Path, Problem};

#[derive(Deserialize)]
pub struct Segments {
    table: TableId,
}

/// Add a field to a table
///
/// A field that links brings its inverse along, in the table that it leads to.
#[utoipa::path(
    post, path = "/v1/bases/{base}/tables/{table}/fields", tag = "bases", request_body = NewField,
    params(
        ("base" = String, Path, description = "The id of the base"),
        ("table" = String, Path, description = "The id of the table"),
    ),
    responses(
        (status = 201, description = "Added", body = FieldShown),
        (status = 422, description = "`schema_unsound` with what Airtable would say", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(api): State<Api>,
    call: Call,
    found: FoundBase,
    Path(Segments { table }): Path<Segments>,
    Json(body): Json<NewField>,
) -> Result<Response, Problem> {
    let request = found.request(&api, &call, &body)?;
    let schema = found.schema()?;
    found.table(table)?;
    let name = body.name.clone();
    let planned = schema.plan_field(table, body.into(), &mut Mint::new(request.command_id));
    let reshaped = found.reshaped(&api, &call, &request, planned).await?;
    let fields = reshaped.schema()?.table(table).map(|table| &table.fields);
    let made = fields.into_iter().flatten().find(|field| field.name == name).ok_or_else(Problem::internal)?;
    Ok(call.answer(&reshaped.receipt, StatusCode::CREATED).json(&FieldShown::of(made)))
}
