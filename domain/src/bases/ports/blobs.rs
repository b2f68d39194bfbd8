//! Bytes of files, kept apart from the log. Each tenant has its own: the same bytes are kept once within a tenant and never shared
//! with another, who would learn from it that they are there.

use std::ops::Range;

use async_trait::async_trait;

use super::Sink;
use crate::bases::files::BlobHash;
use crate::identity::TenantId;

#[async_trait]
pub trait Blobs: Send + Sync {
    /// Begins to take bytes in, at most so many. What is not finished was never there.
    async fn begin(&self, tenant: &TenantId, bytes_max: u64) -> Result<Box<dyn Incoming>, BlobFault>;

    async fn size(&self, tenant: &TenantId, hash: BlobHash) -> Result<u64, BlobFault>;

    /// Some of the bytes; a range beyond the end is cut.
    async fn read(
        &self,
        tenant: &TenantId,
        hash: BlobHash,
        range: Range<u64>,
    ) -> Result<Box<dyn Outgoing>, BlobFault>;

    /// Deletes everything of a tenant, for ever.
    async fn forget_all(&self, tenant: &TenantId) -> Result<(), BlobFault>;
}

/// Bytes on their way in.
#[async_trait]
pub trait Incoming: Sink {
    /// Makes them be there, all at once, and says what they are called.
    async fn finish(self: Box<Self>) -> Result<Kept, BlobFault>;
}

/// Bytes on their way out.
#[async_trait]
pub trait Outgoing: Send {
    /// The next ones, or nothing after the last.
    async fn next(&mut self) -> Result<Option<Vec<u8>>, BlobFault>;
}

/// Bytes that are kept now, or were already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kept {
    pub hash: BlobHash,
    pub bytes: u64,
}

/// The texts are for operators.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum BlobFault {
    #[error("there are no such bytes")]
    Missing,
    #[error("these are more bytes than are taken")]
    TooLarge,
    #[error("the bytes cannot be read or written at the moment: {0}")]
    Unavailable(String),
}

impl BlobFault {
    pub fn retry_helps(&self) -> bool {
        matches!(self, Self::Unavailable(_))
    }
}
