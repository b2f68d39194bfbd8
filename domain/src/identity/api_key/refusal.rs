//! Why an API key refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum ApiKeyRefusal {
    #[error("the key does not exist")]
    UnknownKey,
    #[error("a key with this id exists already")]
    KeyExists,
    #[error("the key was revoked")]
    KeyRevoked,
    #[error("the key has expired")]
    KeyExpired,
    #[error("a name has 1 to 120 characters and no control characters")]
    BadName,
    #[error("a key needs at least one scope")]
    NoScopes,
    #[error("a key ends later than now and within 365 days")]
    BadExpiry,
    #[error("a key names at most 1,000 workspaces, and at least one when it names any")]
    BadWorkspaces,
    #[error(
        "a key names at most 100 bases and 1,000 tables, and at least one base or table where it names any"
    )]
    BadBases,
    #[error("a key that names bases holds bases:read and bases:write alone")]
    ScopesBeyondBases,
    #[error("a key names at most 50 networks")]
    TooManyNetworks,
    #[error("the secret before is good for at most 7 days more, and no longer than the key")]
    BadGrace,
}

impl Refusal for ApiKeyRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownKey => "unknown_key",
            Self::KeyExists => "key_exists",
            Self::KeyRevoked => "key_revoked",
            Self::KeyExpired => "key_expired",
            Self::BadName => "bad_name",
            Self::NoScopes => "no_scopes",
            Self::BadExpiry => "bad_expiry",
            Self::BadWorkspaces => "bad_workspaces",
            Self::BadBases => "bad_bases",
            Self::ScopesBeyondBases => "scopes_beyond_bases",
            Self::TooManyNetworks => "too_many_networks",
            Self::BadGrace => "bad_grace",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownKey => RefusalKind::Missing,
            Self::KeyExists | Self::KeyRevoked | Self::KeyExpired => RefusalKind::Conflict,
            Self::BadName
            | Self::NoScopes
            | Self::BadExpiry
            | Self::BadWorkspaces
            | Self::BadBases
            | Self::ScopesBeyondBases
            | Self::TooManyNetworks
            | Self::BadGrace => RefusalKind::Invalid,
        }
    }
}
