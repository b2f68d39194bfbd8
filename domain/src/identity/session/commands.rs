//! What may be asked of a session.

use serde::Serialize;

use crate::identity::{TenantId, UserId};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum SessionCommand {
    Start { user: UserId, tenant: TenantId },
    ChangeTenant { tenant: TenantId },
    End,
}
