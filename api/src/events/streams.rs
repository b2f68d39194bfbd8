//! `GET /v1/streams/{aggregate}/{id}`: what has happened to one thing, and what it was after each of its events.

use axum::extract::State;
use cqrs_es::Aggregate;
use domain::identity::{Invitation, Membership, Tenant, Webhook, Workspace};
use domain::stored::Stored;
use eventstore::event::{Recorded, StreamId, StreamName};
use eventstore::opened;
use eventstore::read::{At, StateFault};
use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;
use utoipa::{IntoParams, ToSchema};

use super::shown::{EventShown, show};
use super::visible::{reads_all_of, visible};
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Cursor, Limit, ListKey, Page, Path, Problem, Query};

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct History {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Version>>,
}

#[derive(Debug, Serialize, Deserialize)]
pub struct Version(i64);

impl ListKey for Version {
    const LIST: &'static str = "stream";
}

/// The history of one thing
///
/// Its events that the caller may read, oldest first.
#[utoipa::path(
    get, path = "/v1/streams/{aggregate}/{id}", tag = "events",
    params(
        ("aggregate" = String, Path, description = "What it is", example = "workspace"),
        ("id" = String, Path, description = "Its id"),
        History,
    ),
    responses((status = 200, description = "A page of events", body = Page<EventShown>))
)]
pub async fn history(
    State(api): State<Api>,
    principal: Principal,
    Path((aggregate, id)): Path<(String, StreamId)>,
    Query(query): Query<History>,
) -> Result<Answer<Page<EventShown>>, Problem> {
    let head = api.source.reader().end().await?;
    let stream = open(&api, &principal, &aggregate, id).await?;
    let after = query.cursor.map_or(0, |cursor| cursor.after.0);
    let rows = api.source.reader().stream(&stream, after, query.limit.rows() + 1).await?;
    let page =
        Page::of(rows, query.limit, |event| Version(event.version)).map_err(|_| Problem::internal())?;
    let mut data = Vec::with_capacity(page.data.len());
    for event in page.data.iter().filter(|event| visible(&principal, event)) {
        data.extend(show(api.source.sealer(), head.incarnation, event).await?);
    }
    Ok(Answer::new(Page { data, next_cursor: page.next_cursor }).position(head))
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Moment {
    /// After the event with this version; without it, now.
    #[param(minimum = 1)]
    at: Option<i64>,
}

/// What a thing was, after one of its events.
#[derive(Serialize, ToSchema)]
pub struct StateShown {
    #[schema(example = "workspace")]
    aggregate: &'static str,
    #[schema(value_type = String)]
    id: StreamId,
    version: i64,
    /// As the program keeps it, personal data in plain.
    #[schema(value_type = Object)]
    state: Box<RawValue>,
}

/// The state of one thing, at a version
///
/// For those who may read everything that happens to such a thing.
#[utoipa::path(
    get, path = "/v1/streams/{aggregate}/{id}/state", tag = "events",
    params(
        ("aggregate" = String, Path, description = "What it is", example = "workspace"),
        ("id" = String, Path, description = "Its id"),
        Moment,
    ),
    responses((status = 200, description = "Its state", body = StateShown))
)]
pub async fn state(
    State(api): State<Api>,
    principal: Principal,
    Path((aggregate, id)): Path<(String, StreamId)>,
    Query(query): Query<Moment>,
) -> Result<Answer<StateShown>, Problem> {
    let stream = open(&api, &principal, &aggregate, id).await?;
    if !reads_all_of(&principal, &aggregate) {
        return Err(Problem::forbidden());
    }
    let at = query.at.map_or(At::Now, At::Version);
    let shown = match aggregate.as_str() {
        Tenant::TYPE => state_of::<Tenant>(&api, stream, at).await?,
        Workspace::TYPE => state_of::<Workspace>(&api, stream, at).await?,
        Membership::TYPE => state_of::<Membership>(&api, stream, at).await?,
        Invitation::TYPE => state_of::<Invitation>(&api, stream, at).await?,
        Webhook::TYPE => state_of::<Webhook>(&api, stream, at).await?,
        _ => return Err(Problem::not_found()),
    };
    let is_there = shown.version > 0 && query.at.is_none_or(|version| version == shown.version);
    if !is_there {
        return Err(Problem::not_found());
    }
    let version = shown.version;
    Ok(Answer::new(shown).etag(version))
}

async fn state_of<A: Stored>(api: &Api, stream: StreamName, at: At) -> Result<StateShown, Problem> {
    let found = api.source.reader().state_at::<A>(&stream.tenant, stream.id.clone(), at).await;
    let found = found.map_err(|fault| match fault {
        StateFault::Database(error) => Problem::from(error),
        fault => {
            tracing::error!(%stream, error = eventstore::chain_of(&fault), "a state cannot be read");
            Problem::internal()
        }
    })?;
    let state = opened::value(&found.state).map_err(|_| Problem::internal())?;
    Ok(StateShown { aggregate: A::TYPE, id: stream.id, version: found.version, state })
}

/// The stream, if there is one that is open to the caller: its first event says where it belongs.
async fn open(
    api: &Api,
    principal: &Principal,
    aggregate: &str,
    id: StreamId,
) -> Result<StreamName, Problem> {
    let tenant = principal.tenant.clone();
    let stream = StreamName { tenant, aggregate: aggregate.to_owned().into(), id };
    let first = api.source.reader().event_at(&stream, 1).await?;
    let is_open = |first: &Recorded| visible(principal, first);
    first.filter(is_open).map(|_| stream).ok_or_else(Problem::not_found)
}
