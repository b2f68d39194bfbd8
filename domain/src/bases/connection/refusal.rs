//! Why a connection refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ConnectionRefusal {
    #[error("the connection does not exist")]
    UnknownConnection,
    #[error("a connection with this id exists already")]
    ConnectionExists,
}

impl Refusal for ConnectionRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownConnection => "unknown_connection",
            Self::ConnectionExists => "connection_exists",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownConnection => RefusalKind::Missing,
            Self::ConnectionExists => RefusalKind::Conflict,
        }
    }
}
