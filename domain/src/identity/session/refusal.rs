//! Why a session refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum SessionRefusal {
    #[error("the session does not exist")]
    UnknownSession,
    #[error("a session with this id exists already")]
    SessionExists,
    #[error("the session has ended")]
    SessionEnded,
}

impl Refusal for SessionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownSession => "unknown_session",
            Self::SessionExists => "session_exists",
            Self::SessionEnded => "session_ended",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownSession => RefusalKind::Missing,
            Self::SessionExists | Self::SessionEnded => RefusalKind::Conflict,
        }
    }
}
