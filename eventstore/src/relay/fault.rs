//! Why a relay does not go on, for now.

use async_nats::jetstream::context::{
    CreateStreamError, GetStreamError, PublishError, PublishErrorKind, UpdateStreamError,
};
use async_nats::jetstream::stream::RawMessageError;
use uuid::Uuid;

use crate::broker::{BrokerFault, NoEvent};
use crate::follow::FollowFault;

#[derive(Debug, thiserror::Error)]
pub enum RelayFault {
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Follow(#[from] FollowFault),
    #[error(transparent)]
    Broker(#[from] BrokerFault),
    #[error("the stream {name} cannot be made")]
    Create { name: String, source: CreateStreamError },
    #[error("the stream {name} cannot be changed")]
    Update { name: String, source: UpdateStreamError },
    #[error("the stream {name} cannot be looked at")]
    Look { name: String, source: GetStreamError },
    #[error("the stream {name} cannot be read")]
    Read { name: String, source: RawMessageError },
    #[error("the streams of the broker cannot be listed: {0}")]
    List(String),
    #[error("the stream {name} is lost")]
    StreamLost { name: String },
    #[error("the subjects of events are taken by the stream {name}, which is not of this log")]
    Occupied { name: String },
    #[error("the stream {name} is configured otherwise than wanted: {}", .differences.join(", "))]
    OtherConfig { name: String, differences: Vec<&'static str> },
    #[error("the end of the stream {name} is lost")]
    EndLost { name: String },
    #[error("another relay has begun stream {name}")]
    OtherGeneration { name: String },
    #[error("the incarnation of the log is {0} now")]
    OtherIncarnation(Uuid),
    /// The stream has moved without us, or lost what was acknowledged.
    #[error("the stream is at another place than was thought")]
    Moved { position: i64 },
    #[error("event {position} cannot be published")]
    Publish { position: i64, source: PublishError },
    #[error("the broker acknowledged event {position} as sequence {sequence} of {stream}")]
    OddAnswer { position: i64, sequence: u64, stream: String },
    #[error("event {position} does not fit into a message")]
    Unwritable { position: i64, source: NoEvent },
    #[error("the relay ended")]
    Ended,
    #[error("its code panicked")]
    Panicked,
    #[error("the stream {name} is no copy of the log")]
    Fork { name: String, source: Fork },
}

/// What a stream has that the log has not. Only an operator can say which of the two is right.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fork {
    #[error("it has come to position {position}, and the log ends at {head}")]
    AheadOfLog { position: i64, head: i64 },
    #[error("the event at position {position} is another")]
    OtherEvent { position: i64 },
    #[error("its message {sequence} is no event of the log")]
    Foreign { sequence: u64, source: NoEvent },
    #[error("its message {sequence} holds position {found}, and {expected} belongs there")]
    OtherPosition { sequence: u64, found: i64, expected: i64 },
    #[error("its message {sequence} is of incarnation {found}")]
    OtherIncarnation { sequence: u64, found: Uuid },
}

impl RelayFault {
    /// Whether the relay must not publish before an operator has looked.
    pub fn is_fork(&self) -> bool {
        matches!(self, RelayFault::Fork { .. })
    }

    pub(super) fn of_publishing(position: i64, source: PublishError) -> Self {
        match source.kind() {
            PublishErrorKind::WrongLastSequence => RelayFault::Moved { position },
            _ => RelayFault::Publish { position, source },
        }
    }
}
