//! `POST /v1/workspaces/{workspace}/bases/connect`: a base that follows one in Airtable. Its tables are read before it is made, its
//! records after that.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::bases::base::BaseCommand;
use domain::bases::base_sync::BaseSyncCommand;
use domain::bases::ids::BaseId;
use domain::bases::ports::{BasesPage, Connected};
use domain::bases::schema::Table;
use domain::bases::{Base, BaseKey, BaseSync, ConnectionId};
use domain::id::NotAnId;
use domain::identity::TenantId;
use eventstore::event::StreamId;
use eventstore::execute::Plan;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::airtable::problem;
use super::airtable_ids;
use super::shown::BaseShown;
use crate::Api;
use crate::access::Principal;
use crate::http::{Call, Json, Problem};
use crate::identity::ids;
use crate::identity::place::Place;
use crate::identity::pointers::pointed;
use crate::identity::reserved::AIRTABLE_BASE;

/// Pages of bases that are looked through for a name, a thousand each.
const PAGES_MAX: usize = 5;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ConnectedBase {
    /// One of the caller's own.
    #[schema(value_type = String)]
    connection: ConnectionId,
    #[schema(value_type = String, example = "appQ3vYk0Zr81LwTn")]
    airtable_id: BaseId,
}

/// Connect a base of Airtable
///
/// Its tables are there at once; its records come in from then on, and `GET /v1/bases/{base}/sync` says how far that is.
#[utoipa::path(
    post, path = "/v1/workspaces/{workspace}/bases/connect", tag = "airtable", request_body = ConnectedBase,
    params(("workspace" = String, Path, description = "Where it will be")),
    responses(
        (status = 201, description = "Connected", body = BaseShown),
        (status = 409, description = "`taken`: a base of the tenant follows it already", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`connection_missing`, `airtable_unauthorized`, or `airtable_refused` with what Airtable says", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn connect(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Place(workspace): Place,
    Json(body): Json<ConnectedBase>,
) -> Result<Response, Problem> {
    let ConnectedBase { ref connection, airtable_id } = body;
    let tenant = &principal.tenant;
    let request = call.request(&api.executor, tenant, principal.user.as_str(), &body)?;
    let request = request.in_workspace(workspace.clone());
    let connected = api.opened(&principal, connection).await.map_err(|problem| call.explain(problem))?;
    let seen = |fault| call.explain(problem(&fault));
    let tables = connected.tables(airtable_id).await.map_err(seen)?;
    let name = name(&*connected, airtable_id).await.map_err(|problem| call.explain(problem))?;
    let id: BaseKey = ids::new(ids::BASE)?;
    let followed = Followed { airtable_id, connection: connection.clone(), name, tables };
    let plan = following(Plan::new(), tenant, &id, followed).map_err(|_| Problem::internal())?;
    let receipt = api.executor.execute(&request, plan).await.map_err(|error| pointed(call.problem(error)))?;
    // A retry is answered with what its first attempt made, not with what this one drew.
    let (stream, version) = receipt.streams.first().ok_or_else(Problem::internal)?;
    let id = ids::checked(stream.id.as_str())?;
    let shown = BaseShown::of(&id, &workspace, &api.base_at(tenant, &id, *version).await?)?;
    let location = format!("/v1/bases/{id}");
    Ok(call.answer(&receipt, StatusCode::CREATED).location(&location).json(&shown))
}

/// A base of Airtable, as it was seen when it was connected.
pub(super) struct Followed {
    pub airtable_id: BaseId,
    pub connection: ConnectionId,
    pub name: String,
    pub tables: Vec<Table>,
}

/// It is made, and following it begins.
pub(super) fn following(
    plan: Plan,
    tenant: &TenantId,
    id: &BaseKey,
    followed: Followed,
) -> Result<Plan, NotAnId> {
    let Followed { airtable_id, connection, name, tables } = followed;
    let begin = BaseSyncCommand::Begin { airtable_id, connection: connection.clone() };
    let connect = BaseCommand::Connect { airtable_id, name, tables, connection };
    let stream = StreamId::new(id.as_str())?;
    let plan = plan.create::<Base>(tenant, stream.clone(), connect);
    let plan = plan.create::<BaseSync>(tenant, stream, begin);
    Ok(plan.take(AIRTABLE_BASE, airtable_ids::key(tenant, airtable_id), id.as_str()))
}

impl Api {
    async fn opened(
        &self,
        principal: &Principal,
        id: &ConnectionId,
    ) -> Result<std::sync::Arc<dyn Connected>, Problem> {
        let missing = || {
            let detail = "The connection does not exist, or was revoked.";
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "connection_missing", detail)
        };
        let found = self.connection(principal, id).await.map_err(|problem| match problem.status() {
            StatusCode::NOT_FOUND => missing(),
            _ => problem,
        })?;
        self.airtable.open(&principal.tenant, id, &found.access.ok_or_else(missing)?).await
    }
}

/// One that the list does not name is called by its id.
async fn name(connected: &dyn Connected, id: BaseId) -> Result<String, Problem> {
    let mut offset: Option<String> = None;
    for _ in 0..PAGES_MAX {
        let page = connected.bases(offset.as_deref()).await.map_err(|fault| problem(&fault))?;
        let BasesPage { bases, offset: next } = page;
        if let Some(seen) = bases.into_iter().find(|seen| seen.id == id) {
            return Ok(seen.name);
        }
        match next {
            Some(next) => offset = Some(next),
            None => break,
        }
    }
    Ok(id.to_string())
}
