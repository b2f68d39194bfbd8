//! `GET /v1/events`: what has happened, a page at a time, from either end.

use std::borrow::Cow;

use axum::extract::State;
use domain::identity::WorkspaceId;
use eventstore::event::{Recorded, StreamId};
use eventstore::follow::{Bounds, Head};
use eventstore::read::Start;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

use super::filter::{AggregateName, EventTypes, Filter};
use super::past::Ask;
use super::shown::{EventShown, show};
use crate::Api;
use crate::access::Principal;
use crate::http::{Answer, Cursor, FieldError, Limit, ListKey, Page, PositionToken, Problem, Query};

/// How often one request looks on for events that fit. Then it answers with what it has, and a cursor.
const LOOKS_MAX: usize = 16;
/// Bytes of the events of one page, besides the last of them.
const PAGE_BYTES: usize = 4 * 1024 * 1024;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct List {
    #[serde(default)]
    #[param(inline)]
    limit: Limit,
    #[param(value_type = Option<String>)]
    cursor: Option<Cursor<Place>>,
    /// Events after this position, oldest first. Without any of the three: from the first event on.
    #[param(inline)]
    after: Option<PositionToken>,
    /// Events before this position, newest first; `now` begins with the newest of all.
    #[param(value_type = Option<String>, example = "now")]
    before: Option<Before>,
    /// Types, separated by commas.
    #[serde(rename = "type")]
    #[param(value_type = Option<String>, example = "workspace.created,workspace.renamed")]
    types: Option<EventTypes>,
    /// What it happened to: the part of a type before the dot.
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

/// Where the next page begins, and which way it goes.
#[derive(Debug, Serialize, Deserialize)]
pub struct Place {
    incarnation: Uuid,
    newest_first: bool,
    position: i64,
}

impl ListKey for Place {
    const LIST: &'static str = "events";
}

pub enum Before {
    Now,
    Position(PositionToken),
}

impl<'de> Deserialize<'de> for Before {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        match text.as_ref() {
            "now" => Ok(Self::Now),
            text => text.parse().map(Self::Position).map_err(serde::de::Error::custom),
        }
    }
}

/// What has happened
///
/// Events of the tenant that the caller may read. A page may be short, or even empty, and yet have a next one.
#[utoipa::path(
    get, path = "/v1/events", tag = "events", params(List),
    responses((status = 200, description = "A page of events", body = Page<EventShown>))
)]
pub async fn list(
    State(api): State<Api>,
    principal: Principal,
    Query(query): Query<List>,
) -> Result<Answer<Page<EventShown>>, Problem> {
    let head = api.source.reader().end().await?;
    let (start, limit) = (query.start(head)?, query.limit);
    let filter = query.filter();
    filter.check(&principal)?;
    let bounds = Bounds { events: limit.rows() + 1, bytes: PAGE_BYTES };
    let found = find(&api, Ask { principal: &principal, filter: &filter, start, bounds }, head).await?;
    let page = found.page(limit.rows(), start, head)?;
    let mut data = Vec::with_capacity(page.data.len());
    for event in &page.data {
        data.extend(show(api.source.sealer(), head.incarnation, event).await?);
    }
    Ok(Answer::new(Page { data, next_cursor: page.next_cursor }).position(head))
}

impl List {
    fn start(&self, head: Head) -> Result<Start, Problem> {
        match (&self.cursor, self.after, &self.before) {
            (None, None, None) => Ok(Start::After(0)),
            (None, Some(after), None) => Ok(Start::After(after.check("after", head)?)),
            (None, None, Some(Before::Now)) => Ok(Start::Before(head.position + 1)),
            (None, None, Some(Before::Position(before))) => {
                Ok(Start::Before(before.check("before", head)?.max(1)))
            }
            (Some(Cursor { after: place }), None, None) => place.start(head),
            _ => {
                let error = FieldError::new("", "one_of", "At most one of after, before and cursor.");
                Err(Problem::invalid_query(vec![error]))
            }
        }
    }

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

impl Place {
    fn start(&self, head: Head) -> Result<Start, Problem> {
        let token = PositionToken { incarnation: self.incarnation, position: self.position.max(0) };
        if self.newest_first {
            // The first page of all began beyond the end.
            let last = PositionToken { position: token.position.saturating_sub(1), ..token };
            return Ok(Start::Before(last.check("cursor", head)? + 1));
        }
        Ok(Start::After(token.check("cursor", head)?))
    }
}

/// Events that fit, and whether there may be more beyond the place up to which everything was looked at.
struct Found {
    events: Vec<Recorded>,
    to: i64,
    is_end: bool,
}

async fn find(api: &Api, mut ask: Ask<'_>, head: Head) -> Result<Found, Problem> {
    let wanted = ask.bounds.events;
    let mut found = Found { events: Vec::new(), to: 0, is_end: false };
    for _ in 0..LOOKS_MAX {
        let looked = api.events.past.look(ask, head).await?;
        found.events.extend(looked.events);
        found.to = looked.to;
        found.is_end = match ask.start {
            Start::After(_) => looked.to >= head.position,
            Start::Before(_) => looked.to <= 1,
        };
        let bytes: usize = found.events.iter().map(|event| event.payload_text.len()).sum();
        if found.is_end || found.events.len() >= wanted || bytes >= PAGE_BYTES {
            break;
        }
        ask.start = ask.start.from_there(looked.to);
        ask.bounds.events = wanted - found.events.len();
        ask.bounds.bytes = PAGE_BYTES - bytes;
    }
    Ok(found)
}

impl Found {
    fn page(mut self, rows: usize, start: Start, head: Head) -> Result<Page<Recorded>, Problem> {
        let is_full = self.events.len() > rows;
        self.events.truncate(rows);
        let last = self.events.last().filter(|_| is_full).map(|event| event.position);
        let next = match (last, self.is_end) {
            (None, true) => None,
            (last, _) => Some(Place {
                incarnation: head.incarnation,
                newest_first: matches!(start, Start::Before(_)),
                position: last.unwrap_or(self.to),
            }),
        };
        let next_cursor = next.as_ref().map(Cursor::write).transpose();
        Ok(Page { data: self.events, next_cursor: next_cursor.map_err(|_| Problem::internal())? })
    }
}
