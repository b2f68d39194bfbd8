//! `POST /v1/airtable/connections`. The token is tried before it is kept; it goes into a sealed row, and into no event.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use domain::bases::connection::{Access, ConnectionCommand, LETTERS, TokenKind};
use domain::bases::ports::{BaseSeen, BasesPage, Connected, Person};
use domain::bases::{AirtableSecretId, Connection, ConnectionId};
use domain::id::NotAnId;
use domain::identity::TenantId;
use domain::secret::Secret;
use eventstore::airtable_secrets::Owner;
use eventstore::chain_of;
use eventstore::event::StreamId;
use eventstore::execute::{Plan, Receipt};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::places::{self, CONNECTIONS_MAX};
use super::shown::{ConnectionShown, ConnectionWithBases};
use crate::Api;
use crate::access::Principal;
use crate::bases::airtable::problem;
use crate::http::{Call, FieldError, Json, Problem};
use crate::identity::ids;
use crate::identity::reserved::AIRTABLE_CONNECTION;

/// Pages of bases that are read for an answer, a thousand each.
const PAGES_MAX: usize = 2;
const TOKEN_LENGTH_MAX: usize = 4_096;

#[derive(Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewConnection {
    /// A personal access token with `data.records:read`, `schema.bases:read` and `webhook:manage`.
    #[schema(value_type = String, min_length = 1, max_length = 4096)]
    token: Secret<String>,
}

/// Connect to Airtable
///
/// The token is tried, and the bases that it shows are listed. A person has at most 20 connections.
#[utoipa::path(
    post, path = "/v1/airtable/connections", tag = "airtable", request_body = NewConnection,
    responses(
        (status = 201, description = "Connected", body = ConnectionWithBases),
        (status = 409, description = "`too_many_connections`", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "`airtable_unauthorized`: Airtable refuses the token", body = Problem, content_type = "application/problem+json"),
    )
)]
pub async fn make(
    State(api): State<Api>,
    call: Call,
    principal: Principal,
    Json(body): Json<NewConnection>,
) -> Result<Response, Problem> {
    check(&body.token)?;
    let request = call.request(&api.executor, &principal.tenant, principal.user.as_str(), &body)?;
    let id: ConnectionId = ids::new(LETTERS)?;
    let connected = api.airtable.connect(body.token.clone(), id.to_string());
    let person = connected.whoami().await.map_err(|fault| call.explain(problem(&fault)))?;
    let (bases, has_more) = bases(&*connected).await.map_err(|problem| call.explain(problem))?;
    api.has_room(&principal).await?;
    let (receipt, id, access) = keep(&api, &call, &request, &principal, (id, person, body.token)).await?;
    let connection = ConnectionShown::of(&id, &access);
    let bases = bases.into_iter().map(Into::into).collect();
    let answer = call.answer(&receipt, StatusCode::CREATED);
    Ok(answer.json(&ConnectionWithBases { connection, bases, has_more }))
}

fn check(token: &Secret<String>) -> Result<(), Problem> {
    let token = token.reveal();
    // What no header can hold is no token.
    let is_fit =
        (1..=TOKEN_LENGTH_MAX).contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic());
    let error = || FieldError::new("/token", "bad_token", "A token has 1 to 4,096 visible ASCII characters.");
    if is_fit { Ok(()) } else { Err(Problem::invalid(vec![error()])) }
}

async fn bases(connected: &dyn Connected) -> Result<(Vec<BaseSeen>, bool), Problem> {
    let (mut all, mut offset) = (Vec::new(), None::<String>);
    for _ in 0..PAGES_MAX {
        let page = connected.bases(offset.as_deref()).await.map_err(|fault| problem(&fault))?;
        let BasesPage { bases, offset: next } = page;
        all.extend(bases);
        match next {
            Some(next) => offset = Some(next),
            None => return Ok((all, false)),
        }
    }
    Ok((all, true))
}

/// The row first, then the event that names it. A retry finds what its first attempt made.
async fn keep(
    api: &Api,
    call: &Call,
    request: &eventstore::execute::Request,
    principal: &Principal,
    (id, person, token): (ConnectionId, Person, Secret<String>),
) -> Result<(Receipt, ConnectionId, Access), Problem> {
    let tenant = &principal.tenant;
    let secret: AirtableSecretId = ids::new(ids::AIRTABLE_SECRET)?;
    let owner = Owner { tenant, owner: id.as_str() };
    api.airtable.secrets.keep(owner, &secret, &token).await?;
    let Person { id: account, scopes, .. } = person;
    let access = Access {
        owner: principal.user.clone(),
        kind: TokenKind::Personal,
        account,
        scopes,
        secret: secret.clone(),
    };
    let plan = made(Plan::new(), tenant, &id, access.clone()).map_err(|_| Problem::internal())?;
    match api.executor.execute(request, plan).await {
        Ok(receipt) if receipt.replayed => {
            drop_secret(api, owner, &secret).await;
            let (stream, _) = receipt.streams.first().ok_or_else(Problem::internal)?;
            let first: ConnectionId = ids::checked(stream.id.as_str())?;
            let found = api.connection(principal, &first).await?;
            let access = found.access.ok_or_else(Problem::not_found)?;
            Ok((receipt, first, access))
        }
        Ok(receipt) => {
            if let Err(error) = api.airtable.secrets.mark_named(owner, &secret).await {
                tracing::warn!(error = chain_of(&error), "a token is not marked yet");
            }
            Ok((receipt, id, access))
        }
        Err(error) => {
            let problem = call.problem(error);
            // Where the outcome is open, an event may name it yet.
            if problem.status() != StatusCode::SERVICE_UNAVAILABLE {
                drop_secret(api, owner, &secret).await;
            }
            Err(problem)
        }
    }
}

/// It takes one of its owner's places.
pub fn made(plan: Plan, tenant: &TenantId, id: &ConnectionId, access: Access) -> Result<Plan, NotAnId> {
    let place = places::key(tenant, &access.owner, id);
    let plan =
        plan.create::<Connection>(tenant, StreamId::new(id.as_str())?, ConnectionCommand::Make(access));
    Ok(plan.take(AIRTABLE_CONNECTION, place, id.as_str()))
}

async fn drop_secret(api: &Api, owner: Owner<'_>, secret: &AirtableSecretId) {
    if let Err(error) = api.airtable.secrets.drop_one(owner, secret).await {
        tracing::warn!(error = chain_of(&error), "a token that opens nothing is left");
    }
}

impl Api {
    async fn has_room(&self, principal: &Principal) -> Result<(), Problem> {
        let beginning = places::of_owner(&principal.tenant, &principal.user);
        let limit = CONNECTIONS_MAX as i64;
        let held = self.identity.kept.owners_below(AIRTABLE_CONNECTION, &beginning, limit).await?;
        if held.len() < CONNECTIONS_MAX {
            return Ok(());
        }
        Err(Problem::conflict("too_many_connections", "A person has at most 20 connections to Airtable."))
    }
}
