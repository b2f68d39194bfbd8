//! Files in cells. Small ones can be handed over; what a cell holds is fetched from an address that is good for two hours.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Deserialize;

use super::Fault;
use crate::bases::ids::{BaseId, FieldId, RecordId};
use crate::bases::table::Fields;

/// Of a file that is handed over.
pub const UPLOAD_BYTES_MAX: usize = 5 * 1024 * 1024;

#[async_trait]
pub trait Attachments: Send + Sync {
    /// Adds a file to a cell. A larger one is refused without asking.
    async fn upload(
        &self,
        base: BaseId,
        record: RecordId,
        field: FieldId,
        file: &File,
    ) -> Result<Uploaded, Fault>;

    /// Fetches a file into a sink and says how many bytes it has. The address is one that somebody else wrote down, so it
    /// is held to the rules for such. After a fault the sink holds a part.
    async fn download(&self, url: &str, bytes_max: u64, sink: &mut dyn Sink) -> Result<u64, DownloadFault>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    pub name: String,
    pub content_type: String,
    pub bytes: Vec<u8>,
}

/// All files of the cell, by field id.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Uploaded {
    pub id: RecordId,
    pub created_time: Timestamp,
    pub fields: Fields,
}

/// Where bytes go as they come.
#[async_trait]
pub trait Sink: Send {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), SinkBroken>;
}

/// The sink takes no more.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SinkBroken(pub String);

/// Why a file is not there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DownloadFault {
    /// The address is dead: the record is to be read again for another.
    #[error("the address answers {0}")]
    Gone(u16),
    #[error("the file is larger than what is taken")]
    TooLarge,
    /// The address is none, or leads where nothing is fetched from.
    #[error("the address must not be asked: {0}")]
    Blocked(String),
    #[error("the file cannot be fetched at the moment: {0}")]
    Unavailable(String),
    #[error("the file could not be kept: {0}")]
    Sink(#[from] SinkBroken),
}

impl DownloadFault {
    /// Whether the same address may be asked again.
    pub fn retry_helps(&self) -> bool {
        matches!(self, Self::Unavailable(_) | Self::Sink(_))
    }
}
