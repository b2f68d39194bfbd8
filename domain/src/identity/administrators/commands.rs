//! What may be asked of the administrators.

use serde::Serialize;

use crate::identity::UserId;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum AdministratorsCommand {
    /// The first of all, by the token that a new platform is begun with.
    Begin {
        user: UserId,
    },
    Name {
        user: UserId,
    },
    Remove {
        user: UserId,
    },
}
