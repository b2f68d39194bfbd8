//! What a caller gets for a command that was carried out.

use jiff::Timestamp;
use uuid::Uuid;

use crate::event::StreamName;

/// The proof that a command is in the log, or that it changed nothing.
#[derive(Debug, Clone, PartialEq)]
pub struct Receipt {
    pub command_id: Uuid,
    pub incarnation: Uuid,
    /// Position of the command's last event; of the head, when it changed nothing.
    pub position: i64,
    /// The streams that the command wrote, in the order they were decided, with their versions afterwards; when
    /// it changed nothing, those that it was about.
    pub streams: Vec<(StreamName, i64)>,
    pub event_ids: Vec<Uuid>,
    /// Nothing for a command that changed nothing.
    pub recorded_at: Option<Timestamp>,
    /// Whether this answers a retry from what the first attempt wrote.
    pub replayed: bool,
}

impl Receipt {
    /// The version of the first stream of the command.
    pub fn version(&self) -> i64 {
        self.streams.first().map_or(0, |(_, version)| *version)
    }
}
