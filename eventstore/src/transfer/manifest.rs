//! The manifest: what an export holds, file by file, and what the log had come to. A second file seals it: with its hash,
//! and with a signature where a signing key was at hand.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::Path;

use aws_lc_rs::digest::{SHA256, digest};
use domain::identity::TenantId;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::bytes::Bytes;
use super::folder;
use super::segment::FileMark;
use crate::checkpoints::{SigningKey, VerifyingKey};

pub const MANIFEST_FILE: &str = "manifest.json";
pub const SEAL_FILE: &str = "manifest.seal.json";
/// Raised when a program of before could not read it.
pub const FORMAT: &str = "airtide export of the log, 1";
/// Nothing else that the key ever signs begins like this.
const PURPOSE: &[u8] = b"airtide export of the log, 1\n";
/// No manifest is longer: a segment takes about 200 bytes of it.
const BYTES_MAX: u64 = 256 * 1024 * 1024;

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Manifest {
    pub format: String,
    pub export: Uuid,
    pub exported_at: Timestamp,
    /// Of the program that wrote it.
    pub version: String,
    /// Whose events these are, where they are of one tenant only.
    pub tenant: Option<TenantId>,
    pub end: End,
    pub events: i64,
    pub batches: i64,
    pub streams: i64,
    /// The highest version of each type that occurs.
    pub event_types: BTreeMap<String, i16>,
    pub segments: Vec<Segment>,
    pub reservations: Option<Part>,
    pub counters: Option<Part>,
    pub commands: Option<Part>,
    /// The days of the commands.
    pub command_days: BTreeSet<Date>,
    /// Marks of the keys without which the log cannot go on.
    pub key_marks: BTreeMap<String, Bytes>,
    pub left_behind: LeftBehind,
}

/// The end of the log that was exported.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct End {
    pub position: i64,
    pub incarnation: Uuid,
    pub recorded_at: Timestamp,
    pub chain_hash: Bytes,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Segment {
    #[serde(flatten)]
    pub mark: FileMark,
    pub first_position: i64,
    pub last_position: i64,
    pub events: i64,
}

/// Rows that are no events.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    #[serde(flatten)]
    pub mark: FileMark,
    pub rows: i64,
}

/// What there was and does not travel.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct LeftBehind {
    /// Sign-ins that were valid.
    pub sessions: i64,
    /// Effects that were still owed.
    pub open_work: i64,
}

/// Why a manifest is not taken.
#[derive(Debug, thiserror::Error)]
pub enum BadManifest {
    #[error("{0} is missing: this is no export, or one that did not come to its end")]
    Missing(&'static str),
    #[error("{file} cannot be read")]
    Unreadable { file: &'static str, source: io::Error },
    #[error("{MANIFEST_FILE} is not what was exported: its hash differs from that in {SEAL_FILE}")]
    Altered,
    #[error("the signature in {SEAL_FILE} is not of this manifest")]
    Forged,
    #[error("{SEAL_FILE} holds no signature, and one by {0} is asked for")]
    Unsigned(String),
    #[error("the manifest is signed with {found}, and not with {wanted}")]
    OtherSigner { found: String, wanted: String },
    #[error("{file} is not one of an export")]
    Json { file: &'static str, source: serde_json::Error },
    #[error("this is {0:?}, which this program does not read")]
    Format(String),
}

#[derive(Serialize, Deserialize)]
struct Seal {
    /// Of the manifest, byte for byte.
    sha256: Bytes,
    signature: Option<Signature>,
}

#[derive(Serialize, Deserialize)]
struct Signature {
    /// Ed25519.
    public_key: Bytes,
    signature: Bytes,
}

/// A manifest that is what was written.
pub struct ReadManifest {
    pub manifest: Manifest,
    pub sha256: Bytes,
    /// The public key that it is signed with.
    pub signed_by: Option<Bytes>,
}

impl Manifest {
    /// Writes it and its seal, and says its hash. An export is one only from here on.
    pub fn write(&self, to: &Path, key: Option<&SigningKey>) -> io::Result<Bytes> {
        let mut text = serde_json::to_vec_pretty(self)?;
        text.push(b'\n');
        let sha256 = Bytes::from(digest(&SHA256, &text).as_ref());
        let signature = key.map(|key| Signature {
            public_key: Bytes(key.public_key()),
            signature: Bytes(key.sign_bytes(&signed_bytes(&sha256))),
        });
        let mut seal = serde_json::to_vec_pretty(&Seal { sha256: sha256.clone(), signature })?;
        seal.push(b'\n');
        folder::write_new(&to.join(SEAL_FILE), &seal)?;
        folder::write_new(&to.join(MANIFEST_FILE), &text)?;
        folder::sync(to)?;
        Ok(sha256)
    }
}

fn signed_bytes(sha256: &Bytes) -> Vec<u8> {
    [PURPOSE, &sha256.0].concat()
}

/// Reads a manifest and holds it against its seal, and that against the key that is asked for.
pub fn read(from: &Path, signer: Option<&Bytes>) -> Result<ReadManifest, BadManifest> {
    let text = read_file(from, MANIFEST_FILE)?;
    let seal: Seal = parse(&read_file(from, SEAL_FILE)?, SEAL_FILE)?;
    let sha256 = Bytes::from(digest(&SHA256, &text).as_ref());
    if sha256 != seal.sha256 {
        return Err(BadManifest::Altered);
    }
    let signed_by = seal.signature.map(|signature| check(signature, &sha256)).transpose()?;
    match (signer, &signed_by) {
        (Some(wanted), None) => return Err(BadManifest::Unsigned(wanted.to_string())),
        (Some(wanted), Some(found)) if wanted != found => {
            return Err(BadManifest::OtherSigner { found: found.to_string(), wanted: wanted.to_string() });
        }
        _ => {}
    }
    // Before the rest, which another format may have otherwise.
    let format: Format = parse(&text, MANIFEST_FILE)?;
    if format.format != FORMAT {
        return Err(BadManifest::Format(format.format));
    }
    Ok(ReadManifest { manifest: parse(&text, MANIFEST_FILE)?, sha256, signed_by })
}

#[derive(Deserialize)]
struct Format {
    format: String,
}

fn check(signature: Signature, sha256: &Bytes) -> Result<Bytes, BadManifest> {
    let key = VerifyingKey::of(signature.public_key.0.clone());
    match key.is_signed(&signed_bytes(sha256), &signature.signature.0) {
        true => Ok(signature.public_key),
        false => Err(BadManifest::Forged),
    }
}

fn read_file(folder: &Path, file: &'static str) -> Result<Vec<u8>, BadManifest> {
    let path = folder.join(file);
    let unreadable = |source: io::Error| match source.kind() {
        io::ErrorKind::NotFound => BadManifest::Missing(file),
        _ => BadManifest::Unreadable { file, source },
    };
    if fs::metadata(&path).map_err(unreadable)?.len() > BYTES_MAX {
        let source = io::Error::new(io::ErrorKind::FileTooLarge, "it is longer than any manifest");
        return Err(BadManifest::Unreadable { file, source });
    }
    fs::read(path).map_err(unreadable)
}

fn parse<'a, T: Deserialize<'a>>(text: &'a [u8], file: &'static str) -> Result<T, BadManifest> {
    serde_json::from_slice(text).map_err(|source| BadManifest::Json { file, source })
}
