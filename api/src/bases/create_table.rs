//! `POST /v1/bases/{base}/tables`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::bases::ids::Mint;

use super::drafts::{self, NewTable};
use super::found::FoundBase;
use super::shown::TableShown;
use crate::Api;
use crate::http::{Call, Json, Problem};

/// Add a table to a base
#[utoipa::path(
    post, path = "/v1/bases/{base}/tables", tag = "bases", request_body = NewTable,
    params(("base" = String, Path, description = "Its id")),
    responses(
        (status = 201, description = "Added", body = TableShown),
        (status = 422, description = "`schema_unsound` with what Airtable would say", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn create(
    State(api): State<Api>,
    call: Call,
    found: FoundBase,
    Json(body): Json<NewTable>,
) -> Result<Response, Problem> {
    drafts::check(std::slice::from_ref(&body))?;
    let request = found.request(&api, &call, &body)?;
    let name = body.name.clone();
    let planned = found.schema()?.plan_table(body.into(), &mut Mint::new(request.command_id));
    let reshaped = found.reshaped(&api, &call, &request, planned).await?;
    let schema = reshaped.schema()?;
    let made = schema.tables.iter().find(|table| table.name == name).ok_or_else(Problem::internal)?;
    Ok(call.answer(&reshaped.receipt, StatusCode::CREATED).json(&TableShown::of(made)))
}
