//! `PATCH /v0/{base}/{table}/{record}/comments/{comment}`: by its author.

use axum::extract::State;
use axum::response::Response;
use domain::bases::comment::{self, CommentCommand};
use domain::bases::errors::ApiError;
use domain::bases::{Base, Comment};
use eventstore::execute::Plan;
use jiff::Timestamp;
use serde::Deserialize;

use super::create::text;
use super::refused::refused;
use super::{people, place, said};
use crate::Api;
use crate::access::Principal;
use crate::airtable::answer::done;
use crate::airtable::asked::Sent;
use crate::airtable::base::AtBase;
use crate::http::{Call, Path, Problem};
use crate::identity::ids;

#[derive(Deserialize)]
pub struct Segments {
    table: String,
    record: String,
    comment: String,
}

/// Change a comment
///
/// Only its author may.
#[utoipa::path(
    patch, path = "/v0/{base}/{table}/{record}/comments/{comment}", tag = "airtable", request_body = serde_json::Value,
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
        ("record" = String, Path, description = "The id of the record"),
        ("comment" = String, Path, description = "The id of the comment"),
    ),
    responses((status = 200, description = "The comment", body = serde_json::Value))
)]
pub async fn change(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    at: AtBase,
    Path(Segments { table, record, comment }): Path<Segments>,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    at.0.check_is_writable()?;
    let address = place::address(&api, &at, &table, &record).await?;
    let id = place::comment_id(&comment)?;
    if !place::is_on(&place::comment(&api, &at, id).await?, &address) {
        return Err(ApiError::NotFound.into());
    }
    let request = at.0.request(&api, &call, &body.object)?;
    let edit = CommentCommand::Edit { by: principal.user.clone(), at: Timestamp::now(), text: text(&body)? };
    let (tenant, stream) = (&at.0.tenant, ids::stream(&comment::key(&at.0.id, id))?);
    let plan = Plan::new().decide::<Comment>(tenant, stream, edit);
    let plan = plan.unmoved::<Base>(tenant, at.0.stream()?, at.0.now.version);
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| refused(&call, error))?;
    let found = place::comment(&api, &at, id).await?;
    let details = found.state.details().ok_or(ApiError::NotFound)?;
    let people = people::of(&api, &principal, details.text.get().map(String::as_str).into_iter()).await?;
    Ok(done(&call, &receipt, &said::said(details, &people)))
}
