//! Files that somebody wrote down the address of: fetched like whatever users name, past the guard.

use async_trait::async_trait;

use super::{DownloadFault, Sink};

#[async_trait]
pub trait Downloads: Send + Sync {
    /// Fetches what lies at an address into a sink. After a fault the sink holds a part.
    async fn download(
        &self,
        url: &str,
        bytes_max: u64,
        sink: &mut dyn Sink,
    ) -> Result<Downloaded, DownloadFault>;
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Downloaded {
    pub bytes: u64,
    /// As the sender calls it.
    pub media_type: Option<String>,
    /// The last part of the path that was asked first, decoded.
    pub name: String,
}
