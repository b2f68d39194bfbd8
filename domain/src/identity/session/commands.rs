//! What may be asked of a session.

use serde::Serialize;

use crate::identity::session::EndReason;
use crate::identity::{TenantId, UserId};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum SessionCommand {
    Start {
        user: UserId,
        tenant: TenantId,
    },
    ChangeTenant {
        tenant: TenantId,
    },
    /// Its person signs out.
    End,
    /// Something else ends it.
    Revoke {
        because: EndReason,
    },
}
