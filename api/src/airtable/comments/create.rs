//! `POST /v0/{base}/{table}/{record}/comments`: a comment on a record, or an answer to one.

use axum::extract::State;
use axum::response::Response;
use domain::bases::comment::{self, CommentCommand};
use domain::bases::errors::ApiError;
use domain::bases::ids::{CommentId, Mint};
use domain::bases::record::Address;
use domain::bases::requests::Body;
use domain::bases::{Base, Comment};
use eventstore::execute::Plan;
use jiff::Timestamp;
use projections::bases::comments::Comments;
use projections::runtime::ReadModel;
use serde::Deserialize;

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
}

/// Comment on a record
///
/// `text`, in which people are mentioned as `@[usr…]`; `parentCommentId` names the comment that it answers.
#[utoipa::path(
    post, path = "/v0/{base}/{table}/{record}/comments", tag = "airtable", request_body = serde_json::Value,
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
        ("record" = String, Path, description = "The id of the record"),
    ),
    responses((status = 200, description = "The comment", body = serde_json::Value))
)]
pub async fn create(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    at: AtBase,
    Path(Segments { table, record }): Path<Segments>,
    Sent(body): Sent,
) -> Result<Response, Problem> {
    at.0.check_is_writable()?;
    let address = place::address(&api, &at, &table, &record).await?;
    let parent = parent(&api, &at, &address, &body).await?;
    let request = at.0.request(&api, &call, &body.object)?;
    // A retry makes the same id.
    let comment: CommentId = Mint::new(request.command_id).make();
    let (author, text) = (principal.user.clone(), text(&body)?);
    let write = CommentCommand::Write { address, comment, parent, author, at: Timestamp::now(), text };
    let (tenant, stream) = (&at.0.tenant, ids::stream(&comment::key(&at.0.id, comment))?);
    let plan = Plan::new().create::<Comment>(tenant, stream, write);
    // Nothing is written in a base that is deleted meanwhile.
    let plan = plan.unmoved::<Base>(tenant, at.0.stream()?, at.0.now.version);
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| refused(&call, error))?;
    api.settle(Comments::NAME, &receipt).await;
    let found = place::comment(&api, &at, comment).await?;
    let details = found.state.details().ok_or(ApiError::NotFound)?;
    let people = people::of(&api, &principal, details.text.get().map(String::as_str).into_iter()).await?;
    Ok(done(&call, &receipt, &said::said(details, &people)))
}

/// Unsettled: how a comment without a text is refused.
pub fn text(body: &Body) -> Result<String, ApiError> {
    let text = body.get("text").and_then(|text| text.as_str());
    text.map(str::to_owned).ok_or(ApiError::InvalidRequest)
}

/// Unsettled: how an answer to nothing is refused, and that an answer may be answered.
async fn parent(
    api: &Api,
    at: &AtBase,
    address: &Address,
    body: &Body,
) -> Result<Option<CommentId>, Problem> {
    let Some(parent) = body.get("parentCommentId") else { return Ok(None) };
    let id = parent.as_str().and_then(|id| CommentId::parse(id).ok()).ok_or(ApiError::InvalidRequest)?;
    let found = place::comment(api, at, id).await?;
    if place::is_on(&found, address) { Ok(Some(id)) } else { Err(ApiError::InvalidRequest.into()) }
}
