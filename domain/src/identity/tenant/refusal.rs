//! Why a tenant refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TenantRefusal {
    #[error("the tenant does not exist")]
    UnknownTenant,
    #[error("a tenant with this id exists already")]
    TenantExists,
    #[error("the tenant is closed")]
    TenantClosed,
    #[error("the tenant is being closed")]
    TenantClosing,
    #[error("the tenant is suspended")]
    TenantSuspended,
    #[error("the tenant is not closed")]
    TenantOpen,
    #[error("this is not what the tenant is called")]
    NameDiffers,
    #[error("a reason has 1 to 1000 bytes that say why")]
    BadReason,
    #[error("a limit is at most 1,000,000,000,000")]
    BadLimit,
    #[error("a tenant keeps at least one owner")]
    LastOwner,
    #[error("only an owner hands a tenant over, and to somebody else")]
    NoOwner,
    #[error("a name has 1 to 120 characters and no control characters")]
    BadName,
    #[error("a contact is an address of at most 254 characters with an @ inside")]
    BadContact,
}

impl Refusal for TenantRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownTenant => "unknown_tenant",
            Self::TenantExists => "tenant_exists",
            Self::TenantClosed => "tenant_closed",
            Self::TenantClosing => "tenant_closing",
            Self::TenantSuspended => "tenant_suspended",
            Self::TenantOpen => "tenant_open",
            Self::NameDiffers => "name_differs",
            Self::BadReason => "bad_reason",
            Self::BadLimit => "bad_limit",
            Self::LastOwner => "last_owner",
            Self::NoOwner => "no_owner",
            Self::BadName => "bad_name",
            Self::BadContact => "bad_contact",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownTenant => RefusalKind::Missing,
            Self::TenantExists | Self::TenantClosed | Self::TenantOpen | Self::LastOwner => {
                RefusalKind::Conflict
            }
            Self::NoOwner | Self::TenantClosing | Self::TenantSuspended => RefusalKind::Forbidden,
            Self::BadName | Self::BadContact | Self::NameDiffers | Self::BadReason | Self::BadLimit => {
                RefusalKind::Invalid
            }
        }
    }
}
