//! What may be asked of a tenant.

use serde::Serialize;

use crate::identity::UserId;
use crate::personal::Personal;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum TenantCommand {
    Create {
        name: String,
        owner: UserId,
    },
    /// What is left out stays as it is.
    Change {
        name: Option<String>,
        require_second_factor: Option<bool>,
    },
    /// The address that notices about this tenant go to.
    ChangeContact {
        contact: Personal<String>,
    },
    /// Somebody becomes an owner besides those there are.
    AddOwner {
        owner: UserId,
    },
    RemoveOwner {
        owner: UserId,
    },
    /// One owner steps down, and somebody else is one from then on.
    Transfer {
        from: UserId,
        to: UserId,
    },
    /// Somebody takes the audit away, from behind a position up to one.
    ExportAudit {
        after: i64,
        up_to: i64,
    },
    Close,
}
