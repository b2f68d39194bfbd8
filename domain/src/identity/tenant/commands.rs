//! What may be asked of a tenant.

use jiff::Timestamp;
use serde::Serialize;

use super::Ended;
use crate::identity::UserId;
use crate::personal::Personal;

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum TenantCommand {
    Create {
        name: String,
        owner: UserId,
    },
    Rename {
        name: String,
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
    /// The platform lets nobody work in it, until it says otherwise.
    Suspend {
        reason: String,
    },
    Restore {
        reason: String,
    },
    /// It will be closed, unless somebody takes that back before.
    BeginClosing {
        /// What it is called, as whoever asks has typed it.
        name: String,
        ends_at: Timestamp,
    },
    WithdrawClosing,
    Close,
    /// Its owner takes what is known of it along.
    RecordExport,
    /// Everything in it has ended.
    RecordEmptied {
        ended: Ended,
    },
}
