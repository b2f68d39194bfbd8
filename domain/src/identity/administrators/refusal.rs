//! Why the administrators refuse a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AdministratorsRefusal {
    #[error("the platform has had an administrator: others are named by administrators")]
    BootstrapSpent,
    #[error("a platform keeps at least one administrator")]
    LastAdministrator,
    #[error("a platform has at most 100 administrators")]
    TooManyAdministrators,
}

impl Refusal for AdministratorsRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::BootstrapSpent => "bootstrap_spent",
            Self::LastAdministrator => "last_administrator",
            Self::TooManyAdministrators => "too_many_administrators",
        }
    }

    fn kind(&self) -> RefusalKind {
        RefusalKind::Conflict
    }
}
