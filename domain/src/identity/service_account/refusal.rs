//! Why a service account refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ServiceAccountRefusal {
    #[error("the service account does not exist")]
    UnknownServiceAccount,
    #[error("a service account with this id exists already")]
    ServiceAccountExists,
    #[error("a name has 1 to 120 characters and no control characters")]
    BadName,
}

impl Refusal for ServiceAccountRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownServiceAccount => "unknown_service_account",
            Self::ServiceAccountExists => "service_account_exists",
            Self::BadName => "bad_name",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownServiceAccount => RefusalKind::Missing,
            Self::ServiceAccountExists => RefusalKind::Conflict,
            Self::BadName => RefusalKind::Invalid,
        }
    }
}
