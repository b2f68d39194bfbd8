//! What may be asked of a webhook, by people and by the worker that delivers to it.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde::Serialize;
use uuid::Uuid;

use super::Delivery;
use crate::identity::{WebhookSecretId, WorkspaceId};

#[derive(Debug, Clone, PartialEq, Serialize)]
pub enum WebhookCommand {
    Add {
        workspace: WorkspaceId,
        /// Its place among the webhooks of the workspace, which its caller has reserved.
        slot: u8,
        url: String,
        description: String,
        /// None: every event that a webhook may carry.
        event_types: BTreeSet<String>,
        enabled: bool,
        secret: WebhookSecretId,
    },
    /// What is left out stays. `expected`: the revision that the change is meant for; any, where it is left out.
    Change {
        expected: Option<i64>,
        url: Option<String>,
        description: Option<String>,
        event_types: Option<BTreeSet<String>>,
        enabled: Option<bool>,
    },
    /// Signs with another secret from now on, and with the present one as well for a day.
    RotateSecret {
        secret: WebhookSecretId,
        at: Timestamp,
    },
    Remove {
        expected: Option<i64>,
    },
    /// Each one asked for is another one.
    RequestTest,
    /// Delivers an event of the past once more.
    RequestRedelivery {
        event_id: Uuid,
        event_type: String,
        position: i64,
    },
    RecordDelivered {
        delivery: Delivery,
        status: u16,
        duration_ms: u64,
    },
    /// `retry_at`: when it is tried again; nothing when it was given up.
    RecordFailed {
        delivery: Delivery,
        reason: String,
        status: Option<u16>,
        retry_at: Option<Timestamp>,
    },
}
