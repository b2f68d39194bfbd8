//! `DELETE /v1/bases/{base}`. Its history stays in the log; the id that Airtable's clients use is free again.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::bases::base::BaseCommand;
use domain::bases::base_sync::BaseSyncCommand;
use domain::bases::{Base, BaseSync};
use eventstore::execute::Plan;

use super::airtable_ids;
use super::found::{FoundBase, refused};
use crate::Api;
use crate::http::{Call, IfMatch, Problem};
use crate::identity::reserved::AIRTABLE_BASE;

/// Delete a base
#[utoipa::path(
    delete, path = "/v1/bases/{base}", tag = "bases",
    params(("base" = String, Path, description = "Its id"), IfMatch),
    responses((status = 204, description = "Deleted"))
)]
pub async fn delete(
    State(api): State<Api>,
    call: Call,
    found: FoundBase,
    expected: IfMatch,
) -> Result<Response, Problem> {
    found.check_opens_all()?;
    let request = found.request(&api, &call, &())?;
    let (tenant, stream) = (&found.tenant, found.stream()?);
    let delete = BaseCommand::Delete;
    let plan = match (found.now.state.schema(), expected.version(found.now.version)) {
        // Gone already: asking again changes nothing, at whatever version it was seen.
        (None, _) => Plan::new().decide::<Base>(tenant, stream, delete),
        (Some(schema), expected) => {
            let plan = match expected {
                Some(version) => Plan::new().decide_at::<Base>(tenant, stream, version, delete),
                None => Plan::new().decide::<Base>(tenant, stream, delete),
            };
            // What follows Airtable stops with it.
            let plan = match found.now.state.is_mirrored() {
                true => plan.decide::<BaseSync>(tenant, found.stream()?, BaseSyncCommand::End),
                false => plan,
            };
            plan.release(AIRTABLE_BASE, airtable_ids::key(tenant, schema.id), found.id.as_str())
        }
    };
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| refused(&call, error))?;
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}
