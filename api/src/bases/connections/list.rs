//! `GET /v1/airtable/connections`: the caller's own, oldest first.

use axum::extract::State;
use domain::bases::ConnectionId;
use serde::Serialize;
use utoipa::ToSchema;

use super::places::{self, CONNECTIONS_MAX};
use super::shown::ConnectionShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Problem};
use crate::identity::ids;
use crate::identity::reserved::AIRTABLE_CONNECTION;

/// All of them: there are few.
#[derive(Serialize, ToSchema)]
pub struct ConnectionsShown {
    connections: Vec<ConnectionShown>,
}

/// List connections to Airtable
#[utoipa::path(
    get, path = "/v1/airtable/connections", tag = "airtable",
    responses((status = 200, description = "The caller's own", body = ConnectionsShown))
)]
pub async fn list(State(api): State<Api>, principal: Principal) -> Result<Answer<ConnectionsShown>, Problem> {
    let beginning = places::of_owner(&principal.tenant, &principal.user);
    let limit = 2 * CONNECTIONS_MAX as i64;
    let held = api.identity.kept.owners_below(AIRTABLE_CONNECTION, &beginning, limit).await?;
    let mut connections = Vec::with_capacity(held.len());
    for id in held {
        let id: ConnectionId = ids::checked(&id)?;
        let found = api.connection(&principal, &id).await?;
        connections.extend(found.access.map(|access| ConnectionShown::of(&id, &access)));
    }
    Ok(Answer::new(ConnectionsShown { connections }))
}
