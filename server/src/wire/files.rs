//! The folder of files, which several roles share.

use std::sync::Arc;

use adapters::blobs::FolderBlobs;
use tokio::task::spawn_blocking;

use crate::config::Files;
use crate::failure::Failure;

pub async fn opened(files: &Files) -> Result<Arc<FolderBlobs>, Failure> {
    let folder = files.folder.clone();
    Ok(Arc::new(spawn_blocking(move || FolderBlobs::open(&folder)).await??))
}

/// The same, without what was left in the middle long ago.
pub async fn swept(files: &Files) -> Result<Arc<FolderBlobs>, Failure> {
    let blobs = opened(files).await?;
    let sweeping = Arc::clone(&blobs);
    match spawn_blocking(move || sweeping.sweep()).await? {
        Ok(0) => {}
        Ok(files) => tracing::info!(files, "files that were never finished are deleted"),
        Err(error) => tracing::warn!(%error, "files that were never finished cannot be looked for"),
    }
    Ok(blobs)
}
