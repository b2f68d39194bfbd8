//! `GET /v1/ops/log/events`: events of every tenant that fit what is asked for, a page at a time, from either end.

use std::borrow::Cow;

use axum::extract::State;
use domain::identity::{TenantId, WorkspaceId};
use eventstore::event::{Recorded, StreamId};
use eventstore::follow::{Bounds, Head};
use eventstore::inspect::{EventTold, Inspector, Span, Stretch, is_event_type};
use eventstore::read::{Filter, Start};
use jiff::Timestamp;
use serde::{Deserialize, Deserializer, Serialize};
use utoipa::IntoParams;
use uuid::Uuid;

use crate::Api;
use crate::access::Operator;
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
    /// After this position.
    #[param(minimum = 0)]
    after: Option<i64>,
    /// The newest first.
    #[serde(default)]
    backwards: bool,
    /// Recorded at this time or later.
    #[param(value_type = Option<String>, format = DateTime)]
    since: Option<Timestamp>,
    /// Recorded at this time or before it.
    #[param(value_type = Option<String>, format = DateTime)]
    until: Option<Timestamp>,
    #[param(value_type = Option<String>)]
    tenant: Option<TenantId>,
    #[param(value_type = Option<String>)]
    workspace: Option<WorkspaceId>,
    /// What it happened to.
    #[param(example = "workspace")]
    aggregate: Option<String>,
    /// Which of them, in each tenant that has one.
    #[param(value_type = Option<String>)]
    id: Option<StreamId>,
    #[serde(rename = "type")]
    #[param(value_type = Option<String>, example = "workspace.renamed")]
    event_type: Option<EventTypeName>,
}

/// The type of an event, which has to be one.
pub struct EventTypeName(String);

impl EventTypeName {
    pub fn into_inner(self) -> String {
        self.0
    }
}

impl<'de> Deserialize<'de> for EventTypeName {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = Cow::<str>::deserialize(deserializer)?;
        match is_event_type(&text) {
            true => Ok(Self(text.into_owned())),
            false => Err(serde::de::Error::custom("no event is of this type")),
        }
    }
}

/// Up to where, or down to where, everything was looked at.
#[derive(Debug, Serialize, Deserialize)]
pub struct Place {
    incarnation: Uuid,
    backwards: bool,
    position: i64,
}

impl ListKey for Place {
    const LIST: &'static str = "ops/events";
}

/// Events of the log
///
/// Of every tenant, as they lie in the log: personal data is sealed. A page may be short, or even empty, and yet have a
/// next one. A cursor goes with the filters it was got with.
#[utoipa::path(
    get, path = "/v1/ops/log/events", tag = "operations", params(List),
    responses((status = 200, description = "A page of events", body = Page<serde_json::Value>))
)]
pub async fn list(
    State(api): State<Api>,
    _: Operator,
    Query(query): Query<List>,
) -> Result<Answer<Page<EventTold>>, Problem> {
    let inspector = &api.ops.inspection.inspector;
    let head = inspector.end().await?;
    let stretch = query.stretch(inspector, head).await?;
    let rows = query.limit.rows();
    let (events, left) = find(inspector, &query.filter(), stretch, rows).await?;
    let next = (!left.is_empty()).then(|| Place::of(head, left));
    let next_cursor = next.as_ref().map(Cursor::write).transpose().map_err(|_| Problem::internal())?;
    let data = events.iter().map(EventTold::of).collect::<Result<_, _>>()?;
    Ok(Answer::new(Page { data, next_cursor }).position(head))
}

async fn find(
    inspector: &Inspector,
    filter: &Filter,
    mut stretch: Stretch,
    rows: usize,
) -> Result<(Vec<Recorded>, Stretch), Problem> {
    let (mut found, mut bytes) = (Vec::new(), 0);
    for _ in 0..LOOKS_MAX {
        if stretch.is_empty() || found.len() >= rows || bytes >= PAGE_BYTES {
            break;
        }
        let bounds = Bounds { events: rows - found.len(), bytes: PAGE_BYTES - bytes };
        let looked = inspector.look(filter, stretch.start, stretch.end, bounds).await?;
        stretch = stretch.beyond(looked.to);
        bytes += looked.events.iter().map(|event| event.payload_text.len()).sum::<usize>();
        found.extend(looked.events);
    }
    Ok((found, stretch))
}

impl List {
    async fn stretch(&self, inspector: &Inspector, head: Head) -> Result<Stretch, Problem> {
        let span = Span {
            after: self.after.unwrap_or_default().max(0),
            since: self.since,
            until: self.until,
            backwards: self.backwards,
        };
        let stretch = inspector.stretch(span).await?;
        match &self.cursor {
            None => Ok(stretch),
            Some(Cursor { after: place }) => place.check(self.backwards, head).map(|to| stretch.beyond(to)),
        }
    }

    fn filter(&self) -> Filter {
        Filter {
            tenant: self.tenant.clone(),
            scope: self.workspace.clone(),
            event_type: self.event_type.as_ref().map(|name| name.0.clone()),
            aggregate: self.aggregate.clone(),
            id: self.id.clone(),
        }
    }
}

impl Place {
    fn of(head: Head, left: Stretch) -> Self {
        let (backwards, position) = match left.start {
            Start::After(after) => (false, after),
            Start::Before(before) => (true, before),
        };
        Self { incarnation: head.incarnation, backwards, position }
    }

    fn check(&self, backwards: bool, head: Head) -> Result<i64, Problem> {
        PositionToken { incarnation: self.incarnation, position: self.position }.check_history(head)?;
        if self.backwards != backwards {
            let error = FieldError::new("/cursor", "other_direction", "Goes the other way.");
            return Err(Problem::invalid_query(vec![error]));
        }
        Ok(self.position.clamp(0, head.position + 1))
    }
}
