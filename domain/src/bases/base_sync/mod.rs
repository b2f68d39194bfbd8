//! How a base that follows one in Airtable stands to it: what was read of it, up to where it was heard, and what is in the way. It has
//! the id of its base and a stream of its own, guarded by nobody but whoever drains, so that writes to the base never wait for it.

mod commands;
mod decide;
mod events;
mod refusal;
#[cfg(test)]
mod tests;

pub use commands::{BaseSyncCommand, LeftOut};
pub use events::BaseSyncEvent;
pub use refusal::BaseSyncRefusal;

use std::collections::BTreeMap;

use cqrs_es::Aggregate;
use cqrs_es::event_sink::EventSink;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::ids::{BaseId, RecordId, TableId, WebhookId};
use super::{AirtableSecretId, ConnectionId};
use crate::identity::WorkspaceId;
use crate::stored::Stored;

/// Where a hook begins to tell.
pub const FIRST_CURSOR: u64 = 1;
/// The turn that is due when a base begins to follow.
pub const FIRST_TURN: u64 = 1;
/// Records that are named among those that were left out. Of further ones nobody is told until all is read again.
pub const LEFT_OUT_MAX: usize = 100;

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct BaseSync {
    details: Option<Details>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Details {
    pub airtable_id: BaseId,
    pub connection: ConnectionId,
    pub standing: Standing,
    /// Counts the turns of whoever follows it. Only the last one is anybody's.
    pub turn: u64,
    pub hook: Option<Hook>,
    /// The one under way, or the last.
    pub sweep: Option<Sweep>,
    /// When the last whole one ended.
    pub swept_at: Option<Timestamp>,
    /// When it was last heard what happened.
    pub drained_at: Option<Timestamp>,
    /// Airtable said that there is something to hear.
    pub pinged: bool,
    /// Somebody wants all of it read again.
    pub resync_asked: bool,
    pub trouble: Option<Trouble>,
    /// Records of which the log took nothing, since all was begun to be read last.
    pub left_out: BTreeMap<RecordId, Omission>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    Running,
    /// Somebody stopped it.
    Paused,
    /// It stopped itself, because trouble will not pass by itself.
    Failed,
    /// The base is not followed any more.
    Ended,
}

/// What Airtable tells through. It tells nothing twice under another number, and its numbers begin with [`FIRST_CURSOR`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Hook {
    pub id: WebhookId,
    /// What its notifications are signed with.
    pub secret: AirtableSecretId,
    /// The number of what was not heard yet.
    pub cursor: u64,
    /// What it tells before this number may be older than what was read since.
    pub old_before: u64,
    pub expires_at: Option<Timestamp>,
}

/// Reading all tables once, page by page.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Sweep {
    /// Counts them.
    pub number: u64,
    pub begun_at: Timestamp,
    pub tables: BTreeMap<TableId, Swept>,
    pub ended: bool,
}

/// How much of a table was read.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Swept {
    pub records: u64,
    /// Where the next page begins; nothing before the first and after the last.
    pub next: Option<String>,
    pub done: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Trouble {
    /// A stable word.
    pub code: String,
    pub since: Timestamp,
}

/// Why a record is not here as it is there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Omission {
    pub table: TableId,
    pub trouble: Trouble,
}

/// What it is doing, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// For the first time; until then tables are not whole.
    Importing,
    Live,
    Paused,
    Failed,
    Ended,
}

impl Status {
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Importing => "importing",
            Status::Live => "live",
            Status::Paused => "paused",
            Status::Failed => "failed",
            Status::Ended => "ended",
        }
    }
}

impl BaseSync {
    pub fn details(&self) -> Option<&Details> {
        self.details.as_ref()
    }
}

impl Details {
    pub fn status(&self) -> Status {
        match self.standing {
            Standing::Running if self.swept_at.is_none() => Status::Importing,
            Standing::Running => Status::Live,
            Standing::Paused => Status::Paused,
            Standing::Failed => Status::Failed,
            Standing::Ended => Status::Ended,
        }
    }

    pub fn is_running(&self) -> bool {
        self.standing == Standing::Running
    }

    /// The sweep under way.
    pub fn sweeping(&self) -> Option<&Sweep> {
        self.sweep.as_ref().filter(|sweep| !sweep.ended)
    }
}

impl Sweep {
    pub fn is_all_read(&self) -> bool {
        self.tables.values().all(|table| table.done)
    }
}

impl Aggregate for BaseSync {
    const TYPE: &'static str = "base_sync";
    type Command = BaseSyncCommand;
    type Event = BaseSyncEvent;
    type Error = BaseSyncRefusal;
    type Services = ();

    async fn handle(
        &mut self,
        command: BaseSyncCommand,
        _: &(),
        sink: &EventSink<Self>,
    ) -> Result<(), BaseSyncRefusal> {
        for event in self.decide(command)? {
            sink.write(event, self).await;
        }
        Ok(())
    }

    fn apply(&mut self, event: BaseSyncEvent) {
        match (event, &mut self.details) {
            (BaseSyncEvent::Begun { airtable_id, connection }, details) => {
                *details = Some(begun(airtable_id, connection));
            }
            (event, Some(details)) => details.take(event),
            // The stream begins with its beginning; nothing before it can change details.
            (_, None) => {}
        }
    }
}

fn begun(airtable_id: BaseId, connection: ConnectionId) -> Details {
    Details {
        airtable_id,
        connection,
        standing: Standing::Running,
        turn: FIRST_TURN,
        hook: None,
        sweep: None,
        swept_at: None,
        drained_at: None,
        pinged: false,
        resync_asked: false,
        trouble: None,
        left_out: BTreeMap::new(),
    }
}

impl Details {
    fn take(&mut self, event: BaseSyncEvent) {
        use BaseSyncEvent as Event;
        match event {
            Event::Begun { .. } => {}
            Event::CarriedOn { turn, .. } => self.turn = turn,
            Event::HookMade { hook, secret, expires_at } => {
                self.hook = Some(Hook {
                    id: hook,
                    secret,
                    cursor: FIRST_CURSOR,
                    old_before: FIRST_CURSOR,
                    expires_at,
                });
                self.pinged = false;
            }
            Event::HookRefreshed { expires_at } => {
                self.hook.iter_mut().for_each(|hook| hook.expires_at = expires_at);
            }
            Event::HookLost { .. } => self.hook = None,
            Event::SweepBegun { number, at, tables } => {
                let tables = tables.into_iter().map(|table| (table, Swept::default())).collect();
                self.sweep = Some(Sweep { number, begun_at: at, tables, ended: false });
                self.resync_asked = false;
                self.left_out.clear();
            }
            Event::PageSwept { table, records, next } => self.take_page(table, records, next),
            Event::TableRestarted { table } => {
                self.sweep.iter_mut().for_each(|sweep| drop(sweep.tables.insert(table, Swept::default())));
            }
            Event::SweepEnded { at, cursor } => {
                self.sweep.iter_mut().for_each(|sweep| sweep.ended = true);
                self.swept_at = Some(at);
                if let (Some(hook), Some(cursor)) = (&mut self.hook, cursor) {
                    hook.old_before = cursor;
                }
            }
            Event::Drained { cursor, at, .. } => {
                self.hook.iter_mut().for_each(|hook| hook.cursor = cursor);
                (self.pinged, self.drained_at) = (false, Some(at));
            }
            Event::RecordLeftOut { table, record, code, at } => {
                let trouble = Trouble { code, since: at };
                self.left_out.insert(record, Omission { table, trouble });
            }
            Event::RecordSettled { record } => drop(self.left_out.remove(&record)),
            Event::Pinged {} => self.pinged = true,
            Event::ResyncAsked {} => self.resync_asked = true,
            Event::Paused {} => self.standing = Standing::Paused,
            Event::Resumed { turn, .. } => {
                (self.standing, self.turn, self.trouble) = (Standing::Running, turn, None);
            }
            Event::Troubled { code, at } => self.trouble = Some(Trouble { code, since: at }),
            Event::Recovered {} => self.trouble = None,
            Event::Failed { code, at } => {
                self.trouble = Some(Trouble { code, since: at });
                self.standing = Standing::Failed;
            }
            Event::Ended {} => self.standing = Standing::Ended,
        }
    }

    fn take_page(&mut self, table: TableId, records: u32, next: Option<String>) {
        let swept = self.sweep.as_mut().and_then(|sweep| sweep.tables.get_mut(&table));
        if let Some(swept) = swept {
            swept.records += u64::from(records);
            swept.done = next.is_none();
            swept.next = next;
        }
    }
}

impl Stored for BaseSync {
    const STATE_SOURCE: &'static str = include_str!("mod.rs");

    /// It belongs where its base does.
    fn scope(_: &str, requested: Option<&WorkspaceId>) -> Option<WorkspaceId> {
        requested.cloned()
    }
}
