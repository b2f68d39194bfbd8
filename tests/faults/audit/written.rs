//! What one command wrote, read from the events themselves.

use eventstore::event::{COLUMNS, Recorded};
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use crate::journal::Receipted;

/// Events side by side that name the same command. A command that is in the log twice makes two of these.
#[derive(Debug)]
pub struct Written {
    pub command: Uuid,
    pub events: Vec<Recorded>,
}

/// The whole log, in its order.
pub async fn read(observer: &mut PgConnection) -> Vec<Written> {
    let sql = format!("select {COLUMNS} from events e order by e.position");
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(observer).await.expect("the log is read");
    let mut commands: Vec<Written> = Vec::new();
    for row in &rows {
        let event = Recorded::from_row(row).expect("an event");
        let command = command_of(&event);
        match commands.last_mut().filter(|last| last.command == command) {
            Some(last) => last.events.push(event),
            None => commands.push(Written { command, events: vec![event] }),
        }
    }
    commands
}

fn command_of(event: &Recorded) -> Uuid {
    event.meta().expect("metadata").command_id
}

impl Written {
    /// The receipt as a retry gets it.
    pub fn receipt(&self) -> Receipted {
        let (first, last) = (&self.events[0], &self.events[self.events.len() - 1]);
        let ids = self.events.iter().map(|event| event.meta().expect("metadata").event_id);
        let streams = self.events.iter().map(|event| (event.stream.id.as_str().to_owned(), event.version));
        Receipted {
            position: last.position,
            streams: streams.collect(),
            event_ids: ids.collect(),
            recorded_at: first.recorded_at.to_string(),
            replayed: true,
        }
    }
}
