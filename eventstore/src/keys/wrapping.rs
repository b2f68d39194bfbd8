//! The keys that wrap others, by their number. A file that comes into the folder later is read when it is first needed, so
//! a key is added without a restart.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use super::{KEY_BYTES, KeyFault, mark_of, one, path_of};

const PREFIX: &str = "key-encryption-";

/// The name of a key that wraps.
pub fn wrapping_name(number: u32) -> String {
    format!("{PREFIX}{number}")
}

/// The number in such a name.
pub(crate) fn number_in(name: &str) -> Option<u32> {
    name.strip_prefix(PREFIX)?.parse().ok()
}

pub(crate) struct WrappingKeys {
    folder: PathBuf,
    held: RwLock<BTreeMap<u32, Arc<[u8; KEY_BYTES]>>>,
}

impl WrappingKeys {
    pub fn of(folder: &Path) -> Self {
        Self { folder: folder.to_owned(), held: RwLock::default() }
    }

    pub fn get(&self, number: u32) -> Result<Arc<[u8; KEY_BYTES]>, KeyFault> {
        let held = self.held.read().unwrap_or_else(PoisonError::into_inner).get(&number).cloned();
        match held {
            Some(key) => Ok(key),
            None => {
                let key = Arc::new(one(&self.folder, &wrapping_name(number))?);
                let mut held = self.held.write().unwrap_or_else(PoisonError::into_inner);
                Ok(held.entry(number).or_insert(key).clone())
            }
        }
    }

    pub fn mark(&self, number: u32) -> Result<Vec<u8>, KeyFault> {
        Ok(mark_of(&wrapping_name(number), &*self.get(number)?))
    }

    /// Refuses a file of another installation before anything is sealed with it.
    pub fn expect_mark(&self, number: u32, left: Option<&[u8]>) -> Result<(), KeyFault> {
        match left {
            Some(left) if *left != self.mark(number)? => {
                Err(KeyFault::Foreign { path: path_of(&self.folder, &wrapping_name(number)) })
            }
            _ => Ok(()),
        }
    }
}
