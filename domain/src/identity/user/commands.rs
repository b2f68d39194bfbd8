//! What may be asked of a user.

use serde::Serialize;

use crate::identity::{CredentialId, TenantId};
use crate::personal::Personal;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum UserCommand {
    Register {
        email: Personal<String>,
        username: Option<Personal<String>>,
        name: Option<Personal<String>>,
        /// Names the row that holds the password; the row is inert until this is recorded.
        credential: CredentialId,
        /// Whether the address counts as the person's own already.
        email_verified: bool,
        /// The tenant that registering makes, or joins.
        tenant: TenantId,
    },
    ChangeProfile {
        username: Option<Personal<String>>,
        name: Option<Personal<String>>,
    },
    JoinTenant {
        tenant: TenantId,
    },
    LeaveTenant {
        tenant: TenantId,
    },
}
