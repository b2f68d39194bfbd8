//! `DELETE /v0/{base}/{table}/{record}/comments/{comment}`: by its author. Unsettled: that answers to it stay.

use axum::extract::State;
use axum::response::Response;
use domain::bases::comment::{self, CommentCommand};
use domain::bases::errors::ApiError;
use domain::bases::{Base, Comment};
use eventstore::execute::Plan;
use projections::bases::comments::Comments;
use projections::runtime::ReadModel;
use serde::Deserialize;
use serde_json::json;

use super::place;
use super::refused::refused;
use crate::Api;
use crate::access::Principal;
use crate::airtable::answer::done;
use crate::airtable::base::AtBase;
use crate::http::{Call, Path, Problem};
use crate::identity::ids;

#[derive(Deserialize)]
pub struct Segments {
    table: String,
    record: String,
    comment: String,
}

/// Delete a comment
///
/// Only its author may.
#[utoipa::path(
    delete, path = "/v0/{base}/{table}/{record}/comments/{comment}", tag = "airtable",
    params(
        ("base" = String, Path, description = "What Airtable's clients call the base"),
        ("table" = String, Path, description = "The id of the table, or its name"),
        ("record" = String, Path, description = "The id of the record"),
        ("comment" = String, Path, description = "The id of the comment"),
    ),
    responses((status = 200, description = "Its id", body = serde_json::Value))
)]
pub async fn delete(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    at: AtBase,
    Path(Segments { table, record, comment }): Path<Segments>,
) -> Result<Response, Problem> {
    at.0.check_is_writable()?;
    let address = place::address(&api, &at, &table, &record).await?;
    let id = place::comment_id(&comment)?;
    let found = place::comment(&api, &at, id).await?;
    // One that is gone is asked about all the same: it may be a retry.
    if found.state.details().is_some() && !place::is_on(&found, &address) {
        return Err(ApiError::NotFound.into());
    }
    let request = at.0.request(&api, &call, &())?;
    let (tenant, stream) = (&at.0.tenant, ids::stream(&comment::key(&at.0.id, id))?);
    let delete = CommentCommand::Delete { by: principal.user.clone() };
    let plan = Plan::new().decide::<Comment>(tenant, stream, delete);
    let plan = plan.unmoved::<Base>(tenant, at.0.stream()?, at.0.now.version);
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| refused(&call, error))?;
    if receipt.event_ids.is_empty() {
        return Err(call.explain(ApiError::NotFound.into()));
    }
    api.settle(Comments::NAME, &receipt).await;
    Ok(done(&call, &receipt, &json!({ "id": id, "deleted": true })))
}
