//! What must not lie beside the events: the keys of people, what webhooks sign with, what opens Airtable, credentials, second factors, and the key under which
//! names are reserved. It travels in one file, sealed with a passphrase; the key that wraps keys in the database does not
//! travel at all, because the target wraps them with its own.

mod passphrase;
mod read;
mod sealed;
mod write;

pub use passphrase::{PassphraseFault, Secrets};
pub(super) use read::{SecretsReader, Travelled};
pub(super) use write::{SecretsWriter, note_subjects, write_all, write_of_tenant};

use std::io;
use std::path::PathBuf;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::bytes::Bytes;
use crate::keyring::KeyringFault;
use crate::keys::KeyFault;

/// A line of the file. Kept for ever: kinds and fields may be added.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Secret {
    Key(NamedKey),
    Subject(Subject),
    Credential(Credential),
    SecondFactor(SecondFactor),
    RecoveryCode(RecoveryCode),
    WebhookSecret(WebhookSecret),
    AirtableSecret(AirtableSecret),
    /// The last line: which export this belongs to, and how much came before.
    End {
        manifest_sha256: Bytes,
        rows: i64,
    },
}

#[derive(Serialize, Deserialize)]
struct NamedKey {
    name: String,
    key: Bytes,
}

/// What opens the personal data of one person.
#[derive(Serialize, Deserialize)]
struct Subject {
    tenant: String,
    subject: String,
    /// Nothing of somebody who was erased.
    key: Option<Bytes>,
    created_at: Timestamp,
    erased_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct Credential {
    id: String,
    user_id: String,
    password_hash: String,
    created_at: Timestamp,
    named_at: Option<Timestamp>,
}

/// What shows codes.
#[derive(Serialize, Deserialize)]
struct SecondFactor {
    id: String,
    user_id: String,
    secret: Bytes,
    last_step: i64,
    created_at: Timestamp,
    named_at: Option<Timestamp>,
}

/// As a hash, under the key for names, which travels too.
#[derive(Serialize, Deserialize)]
struct RecoveryCode {
    set_id: String,
    hash: String,
    user_id: String,
    created_at: Timestamp,
    named_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct WebhookSecret {
    tenant: String,
    webhook_id: String,
    id: String,
    secret: Bytes,
    created_at: Timestamp,
    named_at: Option<Timestamp>,
    ends_at: Option<Timestamp>,
}

#[derive(Serialize, Deserialize)]
struct AirtableSecret {
    tenant: String,
    owner_id: String,
    id: String,
    secret: Bytes,
    created_at: Timestamp,
    named_at: Option<Timestamp>,
}

#[derive(Debug, thiserror::Error)]
pub enum SecretsFault {
    #[error(transparent)]
    Passphrase(#[from] PassphraseFault),
    #[error("the secrets {file} cannot be read or written")]
    File { file: PathBuf, source: io::Error },
    #[error("{0} is no file of secrets")]
    Foreign(PathBuf),
    #[error("{0} does not open with this passphrase, or was altered")]
    Closed(PathBuf),
    #[error("{file} was altered: part {part} of it does not open")]
    Altered { file: PathBuf, part: u64 },
    #[error("{0} was cut off")]
    CutOff(PathBuf),
    #[error("{0} belongs to another export")]
    OfAnother(PathBuf),
    #[error("a key of the folder is needed")]
    Key(#[from] KeyFault),
    #[error("the key {0} that travelled is no key")]
    NoKey(String),
    #[error("a secret of the database cannot be opened, or not be sealed for it")]
    Keyring(#[from] KeyringFault),
    #[error("no cipher, or no randomness")]
    NoCipher,
    #[error("a secret cannot be written down or read")]
    Json(#[from] serde_json::Error),
    #[error("the database cannot be read")]
    Database(#[from] sqlx::Error),
}
