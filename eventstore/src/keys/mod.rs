//! The keys that never lie in the database: files of one folder, readable by their owner only.

pub(crate) mod marks;
mod wrapping;

use std::fs;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use aws_lc_rs::hmac;
use aws_lc_rs::rand::fill;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD as BASE64;

pub use wrapping::wrapping_name;
pub(crate) use wrapping::{WrappingKeys, number_in};

pub(crate) const KEY_BYTES: usize = 32;

const REQUEST_MAC: &str = "request-mac";
pub(crate) const LOOK_UP: &str = "look-up";
const TOKEN_SIGNING: &str = "token-signing";
pub(crate) const CHECKPOINT_SIGNING: &str = "checkpoint-signing";
/// What the key that signs tokens of operators is derived for; it has no file of its own.
const OPERATORS: &str = "airtide: tokens of operators, 1";
/// The same of the token that a new platform is begun with.
const BOOTSTRAP: &str = "airtide: tokens that begin a platform, 1";
/// What the key of refresh tokens is derived for; it has no file of its own either.
const REFRESH_TOKENS: &str = "airtide: refresh tokens, 1";
/// The same of the links in mails.
const MAILED_LINKS: &str = "airtide: links in mails, 1";
/// The same of the addresses of attachments.
const ATTACHMENT_LINKS: &str = "airtide: addresses of attachments, 1";
/// Every key of the folder beside those that wrap.
pub const NAMES: [&str; 4] = [REQUEST_MAC, LOOK_UP, TOKEN_SIGNING, CHECKPOINT_SIGNING];
/// What a new folder has to wrap with.
pub const FIRST_WRAPPING: u32 = 1;

#[derive(Debug, thiserror::Error)]
pub enum KeyFault {
    #[error("the key {path} is missing, and this database holds data that needs it")]
    Missing { path: PathBuf },
    #[error("the key {path} cannot be read or written")]
    File { path: PathBuf, source: std::io::Error },
    #[error("the key {path} may be read by others: its mode must be 0600")]
    Open { path: PathBuf },
    #[error("the key {path} is not {KEY_BYTES} bytes in base64")]
    Malformed { path: PathBuf },
    #[error("the key {path} is another than the one this database was used with")]
    Foreign { path: PathBuf },
    #[error("the database could not be asked which keys it was used with")]
    Unmarked(#[source] sqlx::Error),
}

/// All keys of a node.
pub struct Keys {
    pub(crate) wrapping: WrappingKeys,
    pub(crate) request_mac: hmac::Key,
    pub(crate) look_up: hmac::Key,
    token_signing: [u8; KEY_BYTES],
    checkpoint_signing: [u8; KEY_BYTES],
    folder: PathBuf,
    /// What the database keeps of each key: enough to know it again, and nothing else.
    marks: Vec<(String, Vec<u8>)>,
}

impl Keys {
    /// Reads the keys, and of those that wrap the ones of these numbers. A missing one is made only where it `may_make`,
    /// by its name: a new key on a database that was used with another would make what the old one protects unreadable
    /// without a word.
    pub fn open(folder: &Path, wrapping: &[u32], may_make: impl Fn(&str) -> bool) -> Result<Self, KeyFault> {
        let mut marks = Vec::with_capacity(wrapping.len() + NAMES.len());
        let mut key = |name: &str| {
            let key = read_or_make(&path_of(folder, name), may_make(name))?;
            marks.push((name.to_owned(), mark_of(name, &key)));
            Ok(key)
        };
        wrapping.iter().try_for_each(|number| key(&wrapping_name(*number)).map(drop))?;
        let (request_mac, look_up) = (key(REQUEST_MAC)?, key(LOOK_UP)?);
        let (token_signing, checkpoint_signing) = (key(TOKEN_SIGNING)?, key(CHECKPOINT_SIGNING)?);
        Ok(Self {
            wrapping: WrappingKeys::of(folder),
            request_mac: hmac_key(&request_mac),
            look_up: hmac_key(&look_up),
            token_signing,
            checkpoint_signing,
            folder: folder.to_owned(),
            marks,
        })
    }

    /// The seed of the key that signs access tokens.
    pub fn token_signing(&self) -> &[u8; KEY_BYTES] {
        &self.token_signing
    }

    /// The seed of the key that signs tokens of operators.
    pub fn operator_signing(&self) -> [u8; KEY_BYTES] {
        derived(&self.token_signing, OPERATORS)
    }

    /// The seed of the key that signs the token of a first administrator.
    pub fn bootstrap_signing(&self) -> [u8; KEY_BYTES] {
        derived(&self.token_signing, BOOTSTRAP)
    }

    /// The key that refresh tokens are made with.
    pub fn refresh_tokens(&self) -> [u8; KEY_BYTES] {
        derived(&self.token_signing, REFRESH_TOKENS)
    }

    /// The key that links in mails are made with.
    pub fn mailed_links(&self) -> [u8; KEY_BYTES] {
        derived(&self.token_signing, MAILED_LINKS)
    }

    /// The key that addresses of attachments are made with.
    pub fn attachment_links(&self) -> [u8; KEY_BYTES] {
        derived(&self.token_signing, ATTACHMENT_LINKS)
    }

    /// The seed of the key that signs checkpoints of the log.
    pub fn checkpoint_signing(&self) -> &[u8; KEY_BYTES] {
        &self.checkpoint_signing
    }
}

/// The seed of the key that signs checkpoints, for whoever needs no other key.
pub fn checkpoint_signing(folder: &Path) -> Result<[u8; KEY_BYTES], KeyFault> {
    one(folder, CHECKPOINT_SIGNING)
}

/// Makes every key that a new installation begins with.
pub fn make_all(folder: &Path) -> Result<(), KeyFault> {
    Keys::open(folder, &[FIRST_WRAPPING], |_| true).map(drop)
}

/// Makes a key, unless it is there already.
pub(crate) fn make_one(folder: &Path, name: &str) -> Result<[u8; KEY_BYTES], KeyFault> {
    read_or_make(&path_of(folder, name), true)
}

/// One key, which must be there.
pub(crate) fn one(folder: &Path, name: &str) -> Result<[u8; KEY_BYTES], KeyFault> {
    read_or_make(&path_of(folder, name), false)
}

/// Puts a key of elsewhere into the folder. One that is there already must be the same.
pub(crate) fn put(folder: &Path, name: &str, key: &[u8; KEY_BYTES]) -> Result<(), KeyFault> {
    let path = path_of(folder, name);
    if read(&path)?.is_none() {
        write(&path, key).map_err(|source| KeyFault::File { path: path.clone(), source })?;
    }
    expect(folder, name, key)
}

/// Refuses a folder that has another key of this name; one that has none yet may take it.
pub(crate) fn expect(folder: &Path, name: &str, key: &[u8; KEY_BYTES]) -> Result<(), KeyFault> {
    let path = path_of(folder, name);
    match read(&path)? {
        Some(found) if found != *key => Err(KeyFault::Foreign { path }),
        _ => Ok(()),
    }
}

/// What the database keeps of a key.
pub(crate) fn mark_of(name: &str, key: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac_key(key), format!("mark of {name}").as_bytes()).as_ref().to_vec()
}

/// The seed of the key that signs tokens of operators, for whoever needs no other key.
pub fn operator_signing(folder: &Path) -> Result<[u8; KEY_BYTES], KeyFault> {
    Ok(derived(&read_or_make(&path_of(folder, TOKEN_SIGNING), false)?, OPERATORS))
}

/// The same of the token of a first administrator.
pub fn bootstrap_signing(folder: &Path) -> Result<[u8; KEY_BYTES], KeyFault> {
    Ok(derived(&read_or_make(&path_of(folder, TOKEN_SIGNING), false)?, BOOTSTRAP))
}

/// A key of its own for another use, which gives nothing away of the one that it is made of.
fn derived(key: &[u8; KEY_BYTES], what_for: &str) -> [u8; KEY_BYTES] {
    let mut bytes = [0; KEY_BYTES];
    bytes.copy_from_slice(hmac::sign(&hmac_key(key), what_for.as_bytes()).as_ref());
    bytes
}

pub(crate) fn path_of(folder: &Path, name: &str) -> PathBuf {
    folder.join(format!("{name}.key"))
}

fn hmac_key(key: &[u8]) -> hmac::Key {
    hmac::Key::new(hmac::HMAC_SHA256, key)
}

fn read_or_make(path: &Path, may_make: bool) -> Result<[u8; KEY_BYTES], KeyFault> {
    let file_fault = |source| KeyFault::File { path: path.to_owned(), source };
    match read(path)? {
        Some(key) => Ok(key),
        None if !may_make => Err(KeyFault::Missing { path: path.to_owned() }),
        None => {
            make(path).map_err(file_fault)?;
            // Read back: another node that starts at the same moment may have been first.
            read(path)?.ok_or(KeyFault::Missing { path: path.to_owned() })
        }
    }
}

fn read(path: &Path) -> Result<Option<[u8; KEY_BYTES]>, KeyFault> {
    let file_fault = |source| KeyFault::File { path: path.to_owned(), source };
    let text = match fs::read_to_string(path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(file_fault(error)),
    };
    let mode = fs::metadata(path).map_err(file_fault)?.permissions().mode();
    if mode & 0o077 != 0 {
        return Err(KeyFault::Open { path: path.to_owned() });
    }
    let bytes = BASE64.decode(text.trim()).ok().and_then(|bytes| bytes.try_into().ok());
    bytes.map(Some).ok_or(KeyFault::Malformed { path: path.to_owned() })
}

fn make(path: &Path) -> std::io::Result<()> {
    let mut key = [0; KEY_BYTES];
    fill(&mut key).map_err(|_| std::io::Error::other("no randomness"))?;
    write(path, &key)
}

/// Writes a key under its name in one step; leaves a key alone that is there already.
fn write(path: &Path, key: &[u8; KEY_BYTES]) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    // A name of its own: in containers that share a folder, process numbers are the same.
    let draft = path.with_extension(format!("{}.draft", uuid::Uuid::new_v4()));
    let mut file = fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&draft)?;
    writeln!(file, "{}", BASE64.encode(key))?;
    file.sync_all()?;
    match fs::hard_link(&draft, path) {
        Ok(()) => tracing::info!(key = %path.display(), "made a key; keep a copy of it in a safe place"),
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error),
    }
    fs::remove_file(&draft)?;
    fs::File::open(folder)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_made_once_private_and_kept() {
        let folder = tempfile::tempdir().unwrap();
        let first = Keys::open(folder.path(), &[1], |_| true).unwrap().wrapping.get(1).unwrap();
        let path = folder.path().join("key-encryption-1.key");
        assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(Keys::open(folder.path(), &[1], |_| false).unwrap().wrapping.get(1).unwrap(), first);
    }

    #[test]
    fn a_missing_key_is_named_where_data_needs_it() {
        let folder = tempfile::tempdir().unwrap();
        let fault = Keys::open(folder.path(), &[1], |_| false).err().unwrap();
        assert!(fault.to_string().contains("key-encryption-1.key"), "{fault}");
    }

    #[test]
    fn a_key_that_comes_into_the_folder_later_is_found_and_one_of_another_place_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::open(folder.path(), &[1], |_| true).unwrap();
        let missing = keys.wrapping.get(2).unwrap_err();
        assert!(missing.to_string().contains("key-encryption-2.key is missing"), "{missing}");
        let made = make_one(folder.path(), "key-encryption-2").unwrap();
        assert_eq!(*keys.wrapping.get(2).unwrap(), made);
        keys.wrapping.expect_mark(2, Some(&mark_of("key-encryption-2", &made))).unwrap();
        let foreign = keys.wrapping.expect_mark(2, Some(&mark_of("key-encryption-2", &[9; 32])));
        assert!(matches!(foreign, Err(KeyFault::Foreign { .. })));
    }

    #[test]
    fn operators_have_a_key_of_their_own_which_is_the_same_on_every_node() {
        let folder = tempfile::tempdir().unwrap();
        assert!(matches!(operator_signing(folder.path()), Err(KeyFault::Missing { .. })));
        let keys = Keys::open(folder.path(), &[1], |_| true).unwrap();
        assert_eq!(operator_signing(folder.path()).unwrap(), keys.operator_signing());
        assert_ne!(keys.operator_signing(), *keys.token_signing());
    }

    #[test]
    fn a_key_that_others_may_read_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        Keys::open(folder.path(), &[1], |_| true).unwrap();
        let path = folder.path().join(format!("{REQUEST_MAC}.key"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).unwrap();
        assert!(matches!(Keys::open(folder.path(), &[1], |_| false), Err(KeyFault::Open { .. })));
    }
}
