//! All files that are kept, by the attachment each belongs to.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use aws_lc_rs::hmac;
use domain::bases::ids::AttachmentId;

use super::File;

/// What all files together may hold.
const BYTES_TOTAL_MAX: usize = 256 << 20;

/// There is no room for a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("there is no room for more files")]
pub struct Full;

pub struct Files {
    kept: RwLock<BTreeMap<AttachmentId, File>>,
    /// Signs their addresses.
    key: hmac::Key,
}

impl Files {
    pub fn new(secret: &[u8]) -> Self {
        Self { kept: RwLock::default(), key: hmac::Key::new(hmac::HMAC_SHA256, secret) }
    }

    pub fn keep(&self, id: AttachmentId, file: File) -> Result<(), Full> {
        let mut kept = self.write();
        let replaced = kept.get(&id).map_or(0, |file| file.bytes.len());
        if total(&kept) - replaced + file.bytes.len() > BYTES_TOTAL_MAX {
            return Err(Full);
        }
        kept.insert(id, file);
        Ok(())
    }

    pub fn get(&self, id: AttachmentId) -> Option<File> {
        self.read().get(&id).cloned()
    }

    pub fn has(&self, id: AttachmentId) -> bool {
        self.read().contains_key(&id)
    }

    pub fn has_room(&self, bytes: usize) -> bool {
        total(&self.read()) + bytes <= BYTES_TOTAL_MAX
    }

    pub fn forget(&self, id: AttachmentId) {
        self.write().remove(&id);
    }

    pub fn forget_all_but(&self, ids: &BTreeSet<AttachmentId>) {
        self.write().retain(|id, _| ids.contains(id));
    }

    /// What shows that an address was given by this server.
    pub fn signature(&self, signed: &str) -> String {
        let tag = hmac::sign(&self.key, signed.as_bytes());
        tag.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
    }

    fn read(&self) -> RwLockReadGuard<'_, BTreeMap<AttachmentId, File>> {
        self.kept.read().unwrap_or_else(PoisonError::into_inner)
    }

    fn write(&self) -> RwLockWriteGuard<'_, BTreeMap<AttachmentId, File>> {
        self.kept.write().unwrap_or_else(PoisonError::into_inner)
    }
}

fn total(kept: &BTreeMap<AttachmentId, File>) -> usize {
    kept.values().map(|file| file.bytes.len()).sum()
}
