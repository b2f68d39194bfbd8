//! `POST /v0/meta/bases/{base}/tables`.

use axum::extract::State;
use axum::response::Response;
use domain::bases::errors::ApiError;
use domain::bases::ids::Mint;
use domain::bases::schema::TableDraft;

use crate::Api;
use crate::airtable::answer::done;
use crate::airtable::asked::Sent;
use crate::airtable::base::AtBase;
use crate::bases::drafts;
use crate::http::{Call, Problem};

/// Add a table to a base
#[utoipa::path(
    post, path = "/v0/meta/bases/{base}/tables", tag = "airtable", request_body = serde_json::Value,
    params(("base" = String, Path, description = "What Airtable's clients call the base")),
    responses((status = 200, description = "The table", body = serde_json::Value))
)]
pub async fn create(
    State(api): State<Api>,
    call: Call,
    at: AtBase,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    let draft: TableDraft = body.read()?;
    drafts::check_counts(1, draft.fields.len())?;
    let request = at.0.request(&api, &call, &body.object)?;
    let name = draft.name.clone();
    let planned = at.schema()?.plan_table(draft, &mut Mint::new(request.command_id));
    let reshaped = super::reshape(&api, &call, &at, &request, planned).await?;
    let made = reshaped.schema()?.tables.iter().find(|table| table.name == name);
    Ok(done(&call, &reshaped.receipt, &made.ok_or(ApiError::ServerError)?.said(false)))
}
