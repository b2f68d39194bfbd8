//! Why an operation refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum OperationRefusal {
    #[error("the operation does not exist")]
    UnknownOperation,
    #[error("another operation with this id exists already")]
    OperationExists,
    #[error("the operation has ended with another outcome")]
    OperationEnded,
    #[error("a reason has 1 to 1,000 bytes")]
    BadReason,
    #[error("what an operation is about has at most 2,000 bytes")]
    TargetTooLong,
}

impl Refusal for OperationRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownOperation => "unknown_operation",
            Self::OperationExists => "operation_exists",
            Self::OperationEnded => "operation_ended",
            Self::BadReason => "bad_reason",
            Self::TargetTooLong => "target_too_long",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownOperation => RefusalKind::Missing,
            Self::OperationExists | Self::OperationEnded => RefusalKind::Conflict,
            Self::BadReason | Self::TargetTooLong => RefusalKind::Invalid,
        }
    }
}
