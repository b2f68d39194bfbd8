//! The passphrase that seals secrets, and the key that is made of it (Argon2id).

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use argon2::{Algorithm, Argon2, Params, Version};

use super::SecretsFault;
use crate::keys::KEY_BYTES;

const BYTES_MIN: usize = 12;
const BYTES_MAX: u64 = 4_096;
/// More than for a password: it is asked for once, and a file can be tried for ever.
const MEMORY_KIB: u32 = 64 * 1024;
const PASSES: u32 = 3;
pub const SALT_BYTES: usize = 16;

/// Where the secrets lie, and what opens them.
#[derive(Debug, Clone)]
pub struct Secrets {
    pub file: PathBuf,
    /// Its first line is the passphrase.
    pub passphrase_file: PathBuf,
}

#[derive(Debug, thiserror::Error)]
pub enum PassphraseFault {
    #[error("the passphrase {file} cannot be read")]
    File { file: PathBuf, source: io::Error },
    #[error("the passphrase {0} may be read by others: its mode must be 0600")]
    Open(PathBuf),
    #[error("the passphrase {file} has less than {BYTES_MIN} bytes")]
    Short { file: PathBuf },
}

pub fn read(path: &Path) -> Result<String, PassphraseFault> {
    let fault = |source| PassphraseFault::File { file: path.to_owned(), source };
    let metadata = fs::metadata(path).map_err(fault)?;
    if metadata.permissions().mode() & 0o077 != 0 {
        return Err(PassphraseFault::Open(path.to_owned()));
    }
    if metadata.len() > BYTES_MAX {
        return Err(fault(io::ErrorKind::FileTooLarge.into()));
    }
    let text = fs::read_to_string(path).map_err(fault)?;
    let passphrase = text.lines().next().unwrap_or_default().to_owned();
    match passphrase.len() >= BYTES_MIN {
        true => Ok(passphrase),
        false => Err(PassphraseFault::Short { file: path.to_owned() }),
    }
}

/// Takes a moment, on a thread where nobody else waits for it.
pub async fn key(passphrase: String, salt: Vec<u8>) -> Result<[u8; KEY_BYTES], SecretsFault> {
    let making = move || {
        let params = Params::new(MEMORY_KIB, PASSES, 1, Some(KEY_BYTES)).ok()?;
        let mut key = [0; KEY_BYTES];
        let argon = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        argon.hash_password_into(passphrase.as_bytes(), &salt, &mut key).ok()?;
        Some(key)
    };
    tokio::task::spawn_blocking(making).await.ok().flatten().ok_or(SecretsFault::NoCipher)
}
