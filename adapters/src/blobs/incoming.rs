//! Bytes on their way in: hashed and counted as they come, written piece by piece.

use std::sync::Arc;

use async_trait::async_trait;
use aws_lc_rs::digest::{Context, SHA256};
use domain::bases::files::BlobHash;
use domain::bases::ports::{BlobFault, Incoming, Kept, Sink, SinkBroken};
use domain::identity::TenantId;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{MultipartUpload, ObjectStoreExt, PutPayload};
use uuid::Uuid;

use super::{UNFINISHED, fault, place};

/// As much is held in memory before it is written.
const PIECE_BYTES: usize = 256 * 1024;

pub struct Taken {
    store: Arc<LocalFileSystem>,
    tenant: TenantId,
    unfinished: Path,
    /// Takes what it wrote away when it goes unfinished.
    upload: Box<dyn MultipartUpload>,
    piece: Vec<u8>,
    digest: Context,
    bytes: u64,
    bytes_max: u64,
}

impl Taken {
    pub async fn begin(
        store: Arc<LocalFileSystem>,
        tenant: TenantId,
        bytes_max: u64,
    ) -> Result<Self, BlobFault> {
        let unfinished = Path::from_iter([UNFINISHED, &Uuid::new_v4().simple().to_string()]);
        let upload = store.put_multipart(&unfinished).await.map_err(fault)?;
        let (piece, digest) = (Vec::new(), Context::new(&SHA256));
        Ok(Self { store, tenant, unfinished, upload, piece, digest, bytes: 0, bytes_max })
    }

    async fn take(&mut self, bytes: &[u8]) -> Result<(), BlobFault> {
        self.bytes += bytes.len() as u64;
        if self.bytes > self.bytes_max {
            return Err(BlobFault::TooLarge);
        }
        self.digest.update(bytes);
        for part in bytes.chunks(PIECE_BYTES) {
            self.piece.extend_from_slice(part);
            if self.piece.len() >= PIECE_BYTES {
                self.flush().await?;
            }
        }
        Ok(())
    }

    async fn flush(&mut self) -> Result<(), BlobFault> {
        if self.piece.is_empty() {
            return Ok(());
        }
        let piece = std::mem::take(&mut self.piece);
        self.upload.put_part(PutPayload::from(piece)).await.map_err(fault)
    }

    fn hash(&self) -> Result<BlobHash, BlobFault> {
        let digest = self.digest.clone().finish();
        let bytes = digest.as_ref().try_into().map_err(|_| BlobFault::Unavailable("no digest".into()))?;
        Ok(BlobHash::new(bytes))
    }
}

#[async_trait]
impl Sink for Taken {
    async fn write(&mut self, bytes: &[u8]) -> Result<(), SinkBroken> {
        self.take(bytes).await.map_err(|fault| SinkBroken(fault.to_string()))
    }
}

#[async_trait]
impl Incoming for Taken {
    /// What is there already under this name are the same bytes, so it may be replaced.
    async fn finish(mut self: Box<Self>) -> Result<Kept, BlobFault> {
        if self.bytes > self.bytes_max {
            return Err(BlobFault::TooLarge);
        }
        self.flush().await?;
        let hash = self.hash()?;
        self.upload.complete().await.map_err(fault)?;
        self.store.rename(&self.unfinished, &place(&self.tenant, hash)).await.map_err(fault)?;
        Ok(Kept { hash, bytes: self.bytes })
    }
}
