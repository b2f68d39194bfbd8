//! `GET /v1/events/stream`: what happens, as it happens, as server-sent events.

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::extract::State;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::http::{HeaderMap, HeaderName, HeaderValue};
use axum::response::{IntoResponse, Response};
use domain::identity::WorkspaceId;
use eventstore::event::StreamId;
use futures_util::{TryStream, stream};
use serde::Deserialize;
use utoipa::IntoParams;
use uuid::Uuid;

use super::filter::{AggregateName, EventTypes, Filter};
use super::follower::Follower;
use super::frames;
use super::live::Stream;
use super::viewer::Viewer;
use crate::Api;
use crate::access::{Principal, check_same_site_of_stream};
use crate::http::{PositionToken, Problem, Query};

const LAST_EVENT_ID: HeaderName = HeaderName::from_static("last-event-id");
const ACCEL_BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");
const EVENT_STREAM: HeaderValue = HeaderValue::from_static("text/event-stream");

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct Follow {
    /// Go on after this position. Without it, and without `Last-Event-ID`, the stream begins now.
    #[param(inline)]
    after: Option<PositionToken>,
    /// Types, separated by commas.
    #[serde(rename = "type")]
    #[param(value_type = Option<String>, example = "workspace.created,workspace.renamed")]
    types: Option<EventTypes>,
    /// What it happens to: the part of a type before the dot.
    #[param(value_type = Option<String>, example = "workspace")]
    aggregate: Option<AggregateName>,
    /// Which of them.
    #[param(value_type = Option<String>)]
    id: Option<StreamId>,
    #[param(value_type = Option<String>)]
    workspace: Option<WorkspaceId>,
    #[param(value_type = Option<String>, format = "uuid")]
    correlation_id: Option<Uuid>,
}

/// What happens, as it happens
///
/// Server-sent events that the caller may read: `id` is a position to resume from, `event` the type, `data` the event.
/// Besides, `watermark` says up to where everything was looked at, `reset` that the log has begun another history, and
/// `end` why the stream ends.
#[utoipa::path(
    get, path = "/v1/events/stream", tag = "events",
    params(
        ("Last-Event-ID" = Option<PositionToken>, Header, description = "Go on after this position; counts more than `after`"),
        Follow,
    ),
    responses((status = 200, description = "Events without end", body = String, content_type = "text/event-stream"))
)]
pub async fn follow(
    State(api): State<Api>,
    principal: Principal,
    headers: HeaderMap,
    Query(query): Query<Follow>,
) -> Result<Response, Problem> {
    let after = query.after;
    open(api, principal, &headers, after, query.filter()).await
}

/// A stream of what somebody asks for, whatever says that they may.
pub async fn open(
    api: Api,
    principal: Principal,
    headers: &HeaderMap,
    after: Option<PositionToken>,
    filter: Filter,
) -> Result<Response, Problem> {
    if principal.is_by_cookie() {
        check_same_site_of_stream(headers)?;
    }
    let from = last_event_id(headers)?.or(after);
    filter.check(&principal)?;
    let seat = api.events.seats.take(&principal.user)?;
    let sources = api.events.sources.clone();
    let from = match from {
        Some(token) => match begin(&api, token).await? {
            Begin::At(position) => position,
            Begin::Reset(head) => return Ok(answer(stream::iter([Ok(frames::reset(head))]))),
        },
        // Asked of Postgres: what another node has written by now is past, whether this one has heard of it or not.
        None => api.source.reader().end().await?.position,
    };
    let follower = Follower::new(sources.clone(), from);
    // Only now: every later change of the rights comes with the events.
    let membership = sources.membership(&principal).await.map_err(|error| unreadable(&error))?;
    let viewer = Viewer::new(principal, filter, membership).ok_or_else(Problem::unauthenticated)?;
    let stream = Stream::new(api, sources, viewer, follower, seat);
    let frames = stream::unfold(stream, async |mut stream| {
        stream.next().await.map(|frame| (Ok::<Bytes, Infallible>(frame), stream))
    });
    Ok(answer(frames))
}

enum Begin {
    At(i64),
    Reset(PositionToken),
}

/// A position of another history is no mistake of the caller's: it is told that its history is over.
async fn begin(api: &Api, token: PositionToken) -> Result<Begin, Problem> {
    let known = *api.source.head().borrow();
    let is_known = known.incarnation == token.incarnation && token.position <= known.position;
    let head = if is_known { known } else { api.source.reader().end().await? };
    if head.incarnation != token.incarnation {
        return Ok(Begin::Reset(head.into()));
    }
    token.check("after", head).map(Begin::At)
}

/// What a client saw last. An empty one says that it saw nothing.
fn last_event_id(headers: &HeaderMap) -> Result<Option<PositionToken>, Problem> {
    let bad = || Problem::malformed("bad_last_event_id", "Last-Event-ID is no position of this log.");
    match headers.get(LAST_EVENT_ID).map(HeaderValue::to_str) {
        None | Some(Ok("")) => Ok(None),
        Some(Ok(text)) => text.parse().map(Some).map_err(|_| bad()),
        Some(Err(_)) => Err(bad()),
    }
}

fn unreadable(error: &str) -> Problem {
    tracing::warn!(error, "a membership could not be read");
    Problem::unavailable()
}

/// Nothing on the way may keep it, or hold it back until there is more.
fn answer(frames: impl TryStream<Ok = Bytes, Error = Infallible> + Send + 'static) -> Response {
    let headers = [
        (CONTENT_TYPE, EVENT_STREAM),
        (CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (ACCEL_BUFFERING, HeaderValue::from_static("no")),
    ];
    (headers, Body::from_stream(frames)).into_response()
}

impl Follow {
    fn filter(self) -> Filter {
        Filter {
            types: self.types,
            aggregate: self.aggregate,
            id: self.id,
            workspace: self.workspace,
            correlation_id: self.correlation_id,
            base: None,
        }
    }
}
