//! What may be asked of the following of a base.

use jiff::Timestamp;

use crate::bases::ids::{BaseId, RecordId, TableId, WebhookId};
use crate::bases::{AirtableSecretId, ConnectionId};

/// A record that cannot be kept here, and why not: a stable word.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LeftOut {
    pub table: TableId,
    pub record: RecordId,
    pub code: String,
}

#[derive(Debug, Clone, PartialEq)]
pub enum BaseSyncCommand {
    Begin {
        airtable_id: BaseId,
        connection: ConnectionId,
    },
    /// It takes the place of another.
    TakeHook {
        hook: WebhookId,
        secret: AirtableSecretId,
        expires_at: Option<Timestamp>,
    },
    RefreshHook {
        hook: WebhookId,
        expires_at: Option<Timestamp>,
    },
    /// It tells nothing any more, or what it told is lost.
    LoseHook {
        hook: WebhookId,
        code: String,
    },
    /// One that is under way is let go.
    BeginSweep {
        at: Timestamp,
        tables: Vec<TableId>,
    },
    /// So many records were taken over; nothing is next after the last page.
    TakePage {
        sweep: u64,
        table: TableId,
        records: u32,
        next: Option<String>,
    },
    /// Airtable has forgotten where the reader was.
    RestartTable {
        sweep: u64,
        table: TableId,
    },
    EndSweep {
        sweep: u64,
        at: Timestamp,
        /// What the hook will tell next, if there is one.
        cursor: Option<u64>,
    },
    /// What the hook told between two numbers was taken over.
    Drain {
        hook: WebhookId,
        from: u64,
        to: u64,
        at: Timestamp,
    },
    /// The log takes nothing of some records; others, of which it took nothing before, are taken over or gone.
    Judge {
        at: Timestamp,
        left_out: Vec<LeftOut>,
        settled: Vec<RecordId>,
    },
    /// Somebody who knows the hook's secret says that there is something.
    NotePing {
        hook: WebhookId,
    },
    AskResync,
    Pause,
    Resume,
    NoteTrouble {
        code: String,
        at: Timestamp,
    },
    NoteRecovery,
    /// Trouble that will not pass by itself.
    Fail {
        code: String,
        at: Timestamp,
    },
    /// Another turn of whoever follows it, after this one.
    CarryOn {
        turn: u64,
    },
    End,
}
