//! What somebody may do in a base, in Airtable's words.

use serde::{Deserialize, Serialize};

/// Each more than the one before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PermissionLevel {
    None,
    Read,
    Comment,
    Edit,
    Create,
}

impl PermissionLevel {
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::Read => "read",
            Self::Comment => "comment",
            Self::Edit => "edit",
            Self::Create => "create",
        }
    }
}
