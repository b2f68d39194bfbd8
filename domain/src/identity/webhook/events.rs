//! What has happened to a webhook. Stored for ever: add variants, never change one.

use std::collections::BTreeSet;

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Delivery, DisabledBecause};
use crate::identity::{WebhookSecretId, WorkspaceId};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum WebhookEvent {
    #[serde(rename = "webhook.added")]
    Added {
        workspace: WorkspaceId,
        slot: u8,
        url: String,
        description: String,
        event_types: BTreeSet<String>,
        enabled: bool,
        secret: WebhookSecretId,
    },
    #[serde(rename = "webhook.url_changed")]
    UrlChanged { url: String },
    #[serde(rename = "webhook.described")]
    Described { description: String },
    #[serde(rename = "webhook.event_types_chosen")]
    EventTypesChosen { event_types: BTreeSet<String> },
    #[serde(rename = "webhook.enabled")]
    Enabled {},
    #[serde(rename = "webhook.disabled")]
    Disabled { because: DisabledBecause },
    #[serde(rename = "webhook.secret_rotated")]
    SecretRotated { secret: WebhookSecretId, previous_until: Timestamp },
    #[serde(rename = "webhook.removed")]
    Removed {},
    #[serde(rename = "webhook.test_requested")]
    TestRequested {},
    #[serde(rename = "webhook.redelivery_requested")]
    RedeliveryRequested { event_id: Uuid, event_type: String, position: i64 },
    #[serde(rename = "webhook.delivered")]
    Delivered { delivery: Delivery, status: u16, duration_ms: u64 },
    #[serde(rename = "webhook.delivery_failed")]
    DeliveryFailed { delivery: Delivery, reason: String, status: Option<u16>, retry_at: Option<Timestamp> },
}

impl DomainEvent for WebhookEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Added { .. } => "webhook.added",
            Self::UrlChanged { .. } => "webhook.url_changed",
            Self::Described { .. } => "webhook.described",
            Self::EventTypesChosen { .. } => "webhook.event_types_chosen",
            Self::Enabled {} => "webhook.enabled",
            Self::Disabled { .. } => "webhook.disabled",
            Self::SecretRotated { .. } => "webhook.secret_rotated",
            Self::Removed {} => "webhook.removed",
            Self::TestRequested {} => "webhook.test_requested",
            Self::RedeliveryRequested { .. } => "webhook.redelivery_requested",
            Self::Delivered { .. } => "webhook.delivered",
            Self::DeliveryFailed { .. } => "webhook.delivery_failed",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}
