//! The log as it lies there afterwards, read by its own readers.

use std::collections::BTreeMap;

use cqrs_es::Aggregate;
use domain::identity::Workspace;
use domain::identity::workspace::WorkspaceEvent;
use eventstore::event::Recorded;
use eventstore::payload::wrap_type;
use eventstore::read::Filter;
use support::database;
use support::log::TestLog;

pub struct History {
    pub events: Vec<Recorded>,
    /// First and last position of each batch.
    pub batches: Vec<(i64, i64)>,
}

/// A workspace as its events make it.
#[derive(Debug, Default)]
pub struct Folded {
    pub state: Workspace,
    pub version: i64,
}

impl History {
    pub async fn read(log: &TestLog) -> Self {
        let reader = log.log.reader();
        let mut events = Vec::new();
        let mut after = 0;
        loop {
            let page = reader.range(after, &Filter::default(), 100).await.expect("a page");
            events.extend(page.events);
            after = page.up_to;
            if page.at_head {
                break;
            }
        }
        Self { events, batches: batches(&log.url).await }
    }

    /// The version of a stream just before a position.
    pub fn version_before(&self, stream: &str, position: i64) -> i64 {
        let earlier = self.events.iter().filter(|event| event.position < position);
        earlier.filter(|event| event.stream.id.as_str() == stream).count() as i64
    }

    /// Every workspace, folded by the domain alone.
    pub fn workspaces(&self) -> BTreeMap<String, Folded> {
        let mut workspaces: BTreeMap<String, Folded> = BTreeMap::new();
        for event in &self.events {
            let folded = workspaces.entry(event.stream.id.to_string()).or_default();
            folded.state.apply(of_domain(event));
            folded.version += 1;
            assert_eq!(event.version, folded.version, "versions are dense: {event:?}");
        }
        workspaces
    }
}

fn of_domain(event: &Recorded) -> WorkspaceEvent {
    serde_json::from_str(&wrap_type(&event.event_type, &event.payload_text)).expect("an event of a workspace")
}

async fn batches(url: &str) -> Vec<(i64, i64)> {
    let mut admin = database::superuser(url).await;
    sqlx::query_as(
        "select first_position, last_position from log_batches where last_position > 0 order by last_position",
    )
    .fetch_all(&mut admin)
    .await
    .expect("the batches can be read")
}
