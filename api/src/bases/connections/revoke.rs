//! `DELETE /v1/airtable/connections/{connection}`. Bases that follow Airtable by it stop following, and stay as they are.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use domain::bases::connection::ConnectionCommand;
use domain::bases::{Connection, ConnectionId};
use eventstore::airtable_secrets::Owner;
use eventstore::chain_of;
use eventstore::execute::Plan;
use serde::Deserialize;

use super::places;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Path, Problem};
use crate::identity::ids;
use crate::identity::reserved::AIRTABLE_CONNECTION;

#[derive(Deserialize)]
pub struct Segments {
    connection: ConnectionId,
}

/// Revoke a connection to Airtable
///
/// The token is forgotten here; in Airtable it lives on until its owner ends it there.
#[utoipa::path(
    delete, path = "/v1/airtable/connections/{connection}", tag = "airtable",
    params(("connection" = String, Path, description = "Its id")),
    responses((status = 204, description = "Revoked"))
)]
pub async fn revoke(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Path(Segments { connection: id }): Path<Segments>,
) -> Result<Response, Problem> {
    let found = api.connection(&principal, &id).await?;
    let tenant = &principal.tenant;
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &())?;
    let plan = Plan::new().decide::<Connection>(tenant, ids::stream(&id)?, ConnectionCommand::Revoke);
    let plan = match found.access {
        Some(_) => plan.release(AIRTABLE_CONNECTION, places::key(tenant, &principal.user, &id), id.as_str()),
        // Gone already: asking again changes nothing.
        None => plan,
    };
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| call.problem(error))?;
    if let Err(error) = api.airtable.secrets.drop_all_of(Owner { tenant, owner: id.as_str() }).await {
        tracing::warn!(error = chain_of(&error), "a token that opens nothing any more is left");
    }
    Ok(call.answer(&receipt, StatusCode::NO_CONTENT).into_response())
}
