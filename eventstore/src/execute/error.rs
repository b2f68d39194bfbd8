//! Why a command was not carried out, or may have been.

use domain::refusal::{Refusal, RefusalKind};
use uuid::Uuid;

use crate::append::AppendError;
use crate::limits::LimitExceeded;
use crate::load::LoadError;
use crate::payload::ReadFault;
use crate::seal::SealFault;

/// An aggregate's refusal, as data: whoever handles commands of many aggregates needs no type of each.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{detail}")]
pub struct Refused {
    pub aggregate: &'static str,
    pub code: &'static str,
    pub kind: RefusalKind,
    pub detail: String,
}

impl Refused {
    pub(crate) fn by(aggregate: &'static str, refusal: &impl Refusal) -> Self {
        Self { aggregate, code: refusal.code(), kind: refusal.kind(), detail: refusal.to_string() }
    }
}

#[derive(Debug, thiserror::Error)]
pub enum CommandError {
    #[error(transparent)]
    Refused(Refused),
    /// The caller expected another version of the stream.
    #[error("the stream is at version {actual}, not {expected}")]
    VersionMismatch { expected: i64, actual: i64 },
    /// A name that the command wants is somebody's.
    #[error("the name is taken")]
    Taken,
    /// A name that the command gives up is not its owner's.
    #[error("the name is not held by this owner")]
    NotOwner,
    /// The claim under which a worker acts is no longer its own.
    #[error("the claim has passed on")]
    Fenced,
    #[error("the quota is used up")]
    OverQuota,
    /// The key was used before, for something else.
    #[error("this key was used for another request")]
    KeyReused,
    #[error(transparent)]
    TooLarge(#[from] LimitExceeded),
    #[error("too many commands are waiting")]
    Overloaded,
    /// Others changed the same streams again and again. Nothing was written.
    #[error("the command met another one again and again")]
    Contended,
    /// Nothing was written.
    #[error("the log cannot be reached: {0}")]
    Unavailable(String),
    /// The same command, sent again under its key, will tell.
    #[error("it is not known whether command {command_id} was carried out")]
    OutcomeUnknown { command_id: Uuid },
    /// A fault of this program or its database; the message is for its operators.
    #[error("the command cannot be carried out here: {0}")]
    Fault(String),
}

impl CommandError {
    /// Whether the same command, sent again in a while, may go through.
    pub fn may_pass_later(&self) -> bool {
        matches!(
            self,
            Self::Overloaded | Self::Contended | Self::Unavailable(_) | Self::OutcomeUnknown { .. }
        )
    }
}

impl From<LoadError> for CommandError {
    fn from(error: LoadError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl From<SealFault> for CommandError {
    fn from(fault: SealFault) -> Self {
        match fault {
            SealFault::Database(_) => Self::Unavailable(crate::chain_of(&fault)),
            SealFault::Erased(_) => Self::Refused(Refused {
                aggregate: "subject",
                code: "subject_erased",
                kind: RefusalKind::Conflict,
                detail: fault.to_string(),
            }),
            _ => Self::Fault(crate::chain_of(&fault)),
        }
    }
}

impl From<ReadFault> for CommandError {
    fn from(fault: ReadFault) -> Self {
        match fault {
            ReadFault::Seal(fault) => fault.into(),
            ReadFault::Unreadable(fault) => Self::Fault(crate::chain_of(&fault)),
        }
    }
}

impl CommandError {
    /// What an append's error means for a command whose conflicts and retries are settled already.
    pub(crate) fn of_append(error: AppendError, command_id: Uuid) -> Self {
        use crate::append::Verdict;
        match error {
            AppendError::Refused(Verdict::Duplicate { .. } | Verdict::Conflict)
            | AppendError::IncarnationChanged => Self::Contended,
            AppendError::Refused(Verdict::Taken) => Self::Taken,
            AppendError::Refused(Verdict::NotOwner) => Self::NotOwner,
            AppendError::Refused(Verdict::Fenced) => Self::Fenced,
            AppendError::Refused(Verdict::OverQuota) => Self::OverQuota,
            AppendError::TooLarge(limit) => Self::TooLarge(limit),
            AppendError::QueueFull => Self::Overloaded,
            AppendError::Unavailable | AppendError::Closed => Self::Unavailable(error.to_string()),
            AppendError::OutcomeUnknown => Self::OutcomeUnknown { command_id },
            AppendError::Rejected(message) => Self::Fault(message),
        }
    }
}
