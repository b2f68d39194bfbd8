//! What may be asked of a tenant.

use jiff::Timestamp;
use serde::Serialize;

use super::Ended;
use crate::identity::{Quota, UserId};
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
    /// The platform lets nobody work in it, until it says otherwise.
    Suspend {
        reason: String,
    },
    Restore {
        reason: String,
    },
    /// The platform sets a limit, or lifts it.
    ChangeQuota {
        quota: Quota,
        limit: Option<u64>,
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
