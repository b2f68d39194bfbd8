//! What has happened while a base was followed. Stored for ever: add variants, never change one. Nothing of what records hold is here.

use cqrs_es::DomainEvent;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::bases::ids::{BaseId, RecordId, TableId, WebhookId};
use crate::bases::{AirtableSecretId, ConnectionId};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum BaseSyncEvent {
    #[serde(rename = "base_sync.begun")]
    Begun { airtable_id: BaseId, connection: ConnectionId },
    #[serde(rename = "base_sync.hook_made")]
    HookMade { hook: WebhookId, secret: AirtableSecretId, expires_at: Option<Timestamp> },
    #[serde(rename = "base_sync.hook_refreshed")]
    HookRefreshed { expires_at: Option<Timestamp> },
    #[serde(rename = "base_sync.hook_lost")]
    HookLost { hook: WebhookId, code: String },
    #[serde(rename = "base_sync.sweep_begun")]
    SweepBegun { number: u64, at: Timestamp, tables: Vec<TableId> },
    /// Written with the records of the page, or after them where they did not fit in one unit.
    #[serde(rename = "base_sync.page_swept")]
    PageSwept { table: TableId, records: u32, next: Option<String> },
    #[serde(rename = "base_sync.table_restarted")]
    TableRestarted { table: TableId },
    /// What the hook tells before this number may be older than what was read.
    #[serde(rename = "base_sync.sweep_ended")]
    SweepEnded { at: Timestamp, cursor: Option<u64> },
    /// Written with the changes that were heard of.
    #[serde(rename = "base_sync.drained")]
    Drained { cursor: u64, payloads: u64, at: Timestamp },
    /// It stays as it was here, if it was.
    #[serde(rename = "base_sync.record_left_out")]
    RecordLeftOut { table: TableId, record: RecordId, code: String, at: Timestamp },
    /// One that was left out is as it is there, or gone.
    #[serde(rename = "base_sync.record_settled")]
    RecordSettled { record: RecordId },
    #[serde(rename = "base_sync.pinged")]
    Pinged {},
    #[serde(rename = "base_sync.resync_asked")]
    ResyncAsked {},
    #[serde(rename = "base_sync.paused")]
    Paused {},
    #[serde(rename = "base_sync.resumed")]
    Resumed { airtable_id: BaseId, turn: u64 },
    #[serde(rename = "base_sync.troubled")]
    Troubled { code: String, at: Timestamp },
    #[serde(rename = "base_sync.recovered")]
    Recovered {},
    #[serde(rename = "base_sync.failed")]
    Failed { code: String, at: Timestamp },
    /// Whoever follows the base begins another turn.
    #[serde(rename = "base_sync.carried_on")]
    CarriedOn { airtable_id: BaseId, turn: u64 },
    #[serde(rename = "base_sync.ended")]
    Ended {},
}

impl DomainEvent for BaseSyncEvent {
    fn event_type(&self) -> String {
        match self {
            Self::Begun { .. } => "base_sync.begun",
            Self::HookMade { .. } => "base_sync.hook_made",
            Self::HookRefreshed { .. } => "base_sync.hook_refreshed",
            Self::HookLost { .. } => "base_sync.hook_lost",
            Self::SweepBegun { .. } => "base_sync.sweep_begun",
            Self::PageSwept { .. } => "base_sync.page_swept",
            Self::TableRestarted { .. } => "base_sync.table_restarted",
            Self::SweepEnded { .. } => "base_sync.sweep_ended",
            Self::Drained { .. } => "base_sync.drained",
            Self::RecordLeftOut { .. } => "base_sync.record_left_out",
            Self::RecordSettled { .. } => "base_sync.record_settled",
            Self::Pinged {} => "base_sync.pinged",
            Self::ResyncAsked {} => "base_sync.resync_asked",
            Self::Paused {} => "base_sync.paused",
            Self::Resumed { .. } => "base_sync.resumed",
            Self::Troubled { .. } => "base_sync.troubled",
            Self::Recovered {} => "base_sync.recovered",
            Self::Failed { .. } => "base_sync.failed",
            Self::CarriedOn { .. } => "base_sync.carried_on",
            Self::Ended {} => "base_sync.ended",
        }
        .to_owned()
    }

    /// Versions are kept in the log's catalog, beside the upcasters that read the older ones.
    fn event_version(&self) -> String {
        String::new()
    }
}
