//! What may be asked of an API key.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;

use super::{NamedBases, Owner, RevokeReason};
use crate::identity::{ApiKeySecretId, WorkspaceId};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum ApiKeyCommand {
    Create {
        owner: Owner,
        name: String,
        /// Permissions by name.
        scopes: BTreeSet<String>,
        /// Nothing: every workspace that is open to the owner.
        workspaces: Option<BTreeSet<WorkspaceId>>,
        /// Nothing: every base that is open to the owner.
        bases: Option<NamedBases>,
        /// Where it may be used from, as `192.0.2.0/24`; empty: from anywhere. That each is a network is checked before.
        networks: BTreeSet<String>,
        expires_at: Timestamp,
        secret: ApiKeySecretId,
        at: Timestamp,
    },
    Rename {
        name: String,
    },
    /// Gives it another secret. The one before is good until then; without a time it is good for nothing any more.
    Rotate {
        secret: ApiKeySecretId,
        previous_until: Option<Timestamp>,
        at: Timestamp,
    },
    Revoke {
        because: RevokeReason,
    },
}
