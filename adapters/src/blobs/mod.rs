//! Bytes of files in a folder, by way of `object_store`. Each tenant's lie below its id, named by their hash; what is on its way lies
//! elsewhere, and is renamed into its place once it is whole and on disk.

mod incoming;
mod outgoing;
mod sweep;
#[cfg(test)]
mod tests;

use std::ops::Range;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

use async_trait::async_trait;
use domain::bases::files::BlobHash;
use domain::bases::ports::{BlobFault, Blobs, Incoming, Outgoing};
use domain::identity::TenantId;
use futures_util::TryStreamExt;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{GetOptions, GetRange, ObjectStore, ObjectStoreExt};

use incoming::Taken;
use outgoing::Given;

/// Where bytes are that are not whole yet. No id of a tenant has a dot in it.
const UNFINISHED: &str = ".unfinished";

pub struct FolderBlobs {
    store: Arc<LocalFileSystem>,
    folder: PathBuf,
}

impl FolderBlobs {
    /// Makes the folder if there is none.
    pub fn open(folder: &FilePath) -> Result<Self, BlobFault> {
        std::fs::create_dir_all(folder).map_err(|error| BlobFault::Unavailable(error.to_string()))?;
        let store = LocalFileSystem::new_with_prefix(folder).map_err(fault)?.with_fsync(true);
        Ok(Self { store: Arc::new(store), folder: folder.to_owned() })
    }

    /// Deletes what processes left that were killed in the middle, long ago, and says how many files that was. Blocks.
    pub fn sweep(&self) -> Result<usize, BlobFault> {
        let swept = sweep::sweep(&self.folder.join(UNFINISHED), sweep::ABANDONED_AFTER);
        swept.map_err(|error| BlobFault::Unavailable(error.to_string()))
    }
}

#[async_trait]
impl Blobs for FolderBlobs {
    async fn begin(&self, tenant: &TenantId, bytes_max: u64) -> Result<Box<dyn Incoming>, BlobFault> {
        Ok(Box::new(Taken::begin(Arc::clone(&self.store), tenant.clone(), bytes_max).await?))
    }

    async fn size(&self, tenant: &TenantId, hash: BlobHash) -> Result<u64, BlobFault> {
        Ok(self.store.head(&place(tenant, hash)).await.map_err(fault)?.size)
    }

    async fn read(
        &self,
        tenant: &TenantId,
        hash: BlobHash,
        range: Range<u64>,
    ) -> Result<Box<dyn Outgoing>, BlobFault> {
        if range.is_empty() {
            return Ok(Box::new(Given::nothing()));
        }
        let options = GetOptions { range: Some(GetRange::Bounded(range)), ..GetOptions::default() };
        let found = self.store.get_opts(&place(tenant, hash), options).await.map_err(fault)?;
        Ok(Box::new(Given::of(found.into_stream())))
    }

    async fn forget_all(&self, tenant: &TenantId) -> Result<(), BlobFault> {
        let all = self.store.list(Some(&Path::from(tenant.as_str())));
        let deleted = all.map_err(fault).try_for_each(|found| async move {
            match self.store.delete(&found.location).await.map_err(fault) {
                // Somebody else was at it.
                Err(BlobFault::Missing) | Ok(()) => Ok(()),
                Err(other) => Err(other),
            }
        });
        deleted.await
    }
}

/// Two letters of the hash come first, so that no folder has too many files.
fn place(tenant: &TenantId, hash: BlobHash) -> Path {
    let hash = hash.to_string();
    Path::from_iter([tenant.as_str(), &hash[..2], &hash])
}

fn fault(error: object_store::Error) -> BlobFault {
    match error {
        object_store::Error::NotFound { .. } => BlobFault::Missing,
        other => BlobFault::Unavailable(other.to_string()),
    }
}
