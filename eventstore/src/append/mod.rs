//! Append: group commit under one lock.
//!
//! Commands queue; one writer per node drains whatever queued while the previous batch committed, and sends it in
//! one call of the function `append`, which commits everything or nothing. What each unit asked for comes back to
//! it alone: a unit that may not pass is named by the function `verdicts`, answered, and the rest is sent again.

mod batch;
mod connection;
mod queue;
mod refusal_rate;
mod rows;
mod writer;

pub use queue::Appender;
pub use writer::Head;
pub(crate) use writer::{RunningWriter, Writer, WriterOptions};

use domain::identity::{TenantId, WorkspaceId};
use jiff::Timestamp;
use uuid::Uuid;

use crate::event::StreamName;
use crate::fingerprint::Fingerprint;
use crate::limits::LimitExceeded;

/// An event that is written in full but for its position, its time and its stream's number.
#[derive(Debug, Clone, PartialEq)]
pub struct NewEvent {
    pub version: i64,
    pub schema_version: i16,
    pub event_type: &'static str,
    pub event_id: Uuid,
    pub meta: String,
    pub payload: String,
    pub digest: [u8; 32],
}

/// What a stream is expected to be at when a unit is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// It does not exist.
    New,
    /// Its last event is this one.
    At { stream_no: i64, version: i64, position: i64 },
}

/// The events that a unit adds to one stream.
#[derive(Debug, Clone)]
pub struct StreamWrite {
    pub stream: StreamName,
    pub scope: Option<WorkspaceId>,
    pub expected: Expected,
    pub events: Vec<NewEvent>,
}

/// A condition that is checked, and taken, in the same instant as the unit is written.
#[derive(Debug, Clone, PartialEq)]
pub enum Guard {
    /// A stream that is only read has not moved.
    Unmoved { stream: StreamName, expected: Expected },
    /// A name becomes the owner's; refused as `taken` when it is anyone's.
    Take { kind: &'static str, key: String, owner: String },
    /// A name becomes free; refused as `not_owner` when it is not the owner's.
    Release { kind: &'static str, key: String, owner: String },
    /// A claim is still this attempt's, and is done with this unit; refused as `fenced`.
    Fence { claim: String, attempt: i32, epoch: i64 },
    /// A counter moves by an amount and stays within what is allowed; refused as `over_quota`. One that is not there yet
    /// begins with nothing, and without a limit.
    Count { tenant: TenantId, name: String, amount: i64 },
    /// From here on so much is allowed of a counter; nothing: as much as one likes. What is used stays.
    Limit { tenant: TenantId, name: String, allowed: Option<i64> },
}

/// A command that carries a key of its caller.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyedCommand {
    pub id: Uuid,
    pub fingerprint: Fingerprint,
}

/// What one command writes, all or nothing.
#[derive(Debug, Clone)]
pub struct Unit {
    /// The history it was decided on; in another one the same positions hold other events.
    pub incarnation: Uuid,
    pub tenant: TenantId,
    pub writes: Vec<StreamWrite>,
    pub guards: Vec<Guard>,
    pub command: Option<KeyedCommand>,
}

/// Where a unit lies in the log: its events have consecutive positions from the first.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Appended {
    pub first_position: i64,
    pub recorded_at: Timestamp,
}

/// Why a unit may not pass. Nothing of it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// Its command was carried out before; its events begin here.
    Duplicate {
        first_position: i64,
    },
    /// A stream is not where it was expected.
    Conflict,
    Taken,
    NotOwner,
    Fenced,
    OverQuota,
}

/// Why a unit was not written, or may have been.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AppendError {
    #[error("the unit may not pass: {0:?}")]
    Refused(Verdict),
    #[error(transparent)]
    TooLarge(#[from] LimitExceeded),
    /// The queue, or the tenant's share of it, is full. Nothing was written.
    #[error("too many commands are waiting")]
    QueueFull,
    /// The log could not be reached. Nothing was written.
    #[error("the log cannot be reached")]
    Unavailable,
    /// The log's history was changed by an operator; what was decided on may be gone. Nothing was written.
    #[error("the log has begun another incarnation")]
    IncarnationChanged,
    /// The connection broke while the unit was being committed, and did not come back in time.
    #[error("it is not known whether the unit was written")]
    OutcomeUnknown,
    /// Postgres refuses this very unit for a reason nobody foresaw. Nothing was written.
    #[error("the log rejects the unit: {0}")]
    Rejected(String),
    #[error("the log is closing")]
    Closed,
}

/// About what a guard takes on its way.
const GUARD_BYTES: usize = 2 * 1024;

impl Unit {
    pub fn events(&self) -> impl Iterator<Item = &NewEvent> {
        self.writes.iter().flat_map(|write| &write.events)
    }

    pub fn event_count(&self) -> usize {
        self.writes.iter().map(|write| write.events.len()).sum()
    }

    /// What the unit takes of a batch.
    fn bytes(&self) -> usize {
        let events: usize = self.events().map(|event| event.meta.len() + event.payload.len()).sum();
        events + self.guards.len() * GUARD_BYTES
    }
}
