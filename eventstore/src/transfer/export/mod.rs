//! Writes a log, or the events of one tenant, into a folder.
//!
//! What is no event is read in one short snapshot, which also says where the log ends; events never change, so they
//! are read after it, up to there, in statements of their own. Memory does not grow with the log, but with its streams:
//! the walk remembers where each of them ends.

mod beside;
mod events;
mod hand;
mod scribe;

use std::io;
use std::path::{Path, PathBuf};

use domain::identity::{PLATFORM_TENANT, TenantId};
use jiff::Timestamp;
use serde::Serialize;
use sqlx::{Connection, Executor, PgConnection};
use uuid::Uuid;

pub use scribe::ScribeFault;

use super::bytes::Bytes;
use super::folder;
use super::manifest::{FORMAT, Manifest};
use super::secrets::{self, Secrets, SecretsFault, SecretsWriter};
use crate::chain::{Broken, Progress};
use crate::checkpoints::{BadKey, SigningKey};
use crate::database::{self, Role, Unfit};
use crate::keys::{self, KeyFault};
use beside::{Beside, end_of};
use hand::Hand;
use scribe::Written;

/// Bytes of a segment before compression.
pub const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;

pub struct ExportOptions {
    pub database_url: String,
    /// The key that signs the manifest is taken from here, where it is; secrets need the others, too.
    pub keys_dir: PathBuf,
    /// Is made; one that is there must be empty.
    pub folder: PathBuf,
    /// Only the events of one.
    pub tenant: Option<TenantId>,
    pub secrets: Option<Secrets>,
    pub segment_bytes: u64,
}

/// What was exported.
#[derive(Debug, Clone, Serialize)]
pub struct Exported {
    pub export: Uuid,
    pub folder: PathBuf,
    pub tenant: Option<TenantId>,
    pub events: i64,
    pub batches: i64,
    pub streams: i64,
    pub last_position: i64,
    pub incarnation: Uuid,
    pub chain_hash: String,
    pub segments: usize,
    /// Compressed.
    pub bytes: u64,
    /// The public key that signed the manifest.
    pub signed_by: Option<String>,
    /// The file of secrets and how many it holds.
    pub secrets: Option<SecretsWritten>,
    pub sessions_left_behind: i64,
    pub open_work_left_behind: i64,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SecretsWritten {
    pub file: PathBuf,
    pub rows: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum ExportFailed {
    #[error("there is nothing to export: the log is empty")]
    Empty,
    #[error("the tenant {0} has no events")]
    NoSuchTenant(TenantId),
    #[error(
        "{PLATFORM_TENANT} is no tenant of its own: it holds the people of all tenants, and goes with the whole log"
    )]
    Platform,
    #[error("{folder} cannot be taken for an export")]
    Folder { folder: PathBuf, source: io::Error },
    #[error("secrets do not lie beside the events: name a file outside of {0}")]
    SecretsInside(PathBuf),
    #[error("the manifest cannot be written")]
    Manifest(#[source] io::Error),
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the database cannot be read")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Scribe(#[from] ScribeFault),
    #[error("the keys are not in order")]
    Key(#[from] KeyFault),
    #[error(transparent)]
    BadKey(#[from] BadKey),
    #[error(transparent)]
    Secrets(#[from] SecretsFault),
}

impl ExportFailed {
    /// Whether what is there is in the way: a folder that is not empty, or a file of secrets.
    pub fn is_conflict(&self) -> bool {
        match self {
            Self::Folder { .. } => true,
            Self::Secrets(SecretsFault::File { source, .. }) => source.kind() == io::ErrorKind::AlreadyExists,
            _ => false,
        }
    }
}

/// Writes an export; `told` hears how far it has come. What it leaves when it fails has no manifest, and is none.
pub async fn export(
    options: ExportOptions,
    told: &mut impl FnMut(Progress),
) -> Result<Exported, ExportFailed> {
    if options.tenant.as_ref().is_some_and(|tenant| tenant.as_str() == PLATFORM_TENANT) {
        return Err(ExportFailed::Platform);
    }
    if options.secrets.as_ref().is_some_and(|secrets| secrets.file.starts_with(&options.folder)) {
        return Err(ExportFailed::SecretsInside(options.folder));
    }
    let signing = signing_key(&options.keys_dir)?;
    let mut reader = database::connect(&options.database_url, Role::Backup).await?;
    reader.execute("set statement_timeout = 0").await?;
    let end = end_of(&mut reader).await?;
    if end.position == 0 {
        return Err(ExportFailed::Empty);
    }
    let source = |source| ExportFailed::Folder { folder: options.folder.clone(), source };
    folder::prepare(&options.folder).map_err(source)?;
    let id = Uuid::now_v7();
    let mut secrets = match &options.secrets {
        Some(asked) => Some(SecretsWriter::create(asked, id).await?),
        None => None,
    };
    let hand = Hand::begin(&options);
    let beside = match read_all(&options, &mut reader, &hand, &mut secrets, told).await {
        Ok(beside) => beside,
        // Whoever went away says why.
        Err(failed) => return Err(hand.end().await.err().map_or(failed, ExportFailed::from)),
    };
    let written = hand.end().await?;
    reader.close().await?;
    match &options.tenant {
        Some(tenant) if written.events == 0 => return Err(ExportFailed::NoSuchTenant(tenant.clone())),
        None if written.walked_to < beside.end.position => {
            let missing = Broken::Missing { position: written.walked_to + 1 };
            return Err(ScribeFault::from(missing).into());
        }
        _ => {}
    }
    let manifest = manifest_of(&options, id, beside, written);
    let sha256 = manifest.write(&options.folder, signing.as_ref()).map_err(ExportFailed::Manifest)?;
    let secrets = secrets.map(|secrets| secrets.finish(&sha256)).transpose()?;
    Ok(exported(options, &manifest, signing.as_ref(), secrets))
}

async fn read_all(
    options: &ExportOptions,
    reader: &mut PgConnection,
    hand: &Hand,
    secrets: &mut Option<SecretsWriter>,
    told: &mut impl FnMut(Progress),
) -> Result<Beside, ExportFailed> {
    let beside = match &options.tenant {
        None => beside::read(options, reader, hand, secrets).await?,
        Some(_) => Beside::of_part(end_of(reader).await?),
    };
    let subjects = events::read(options, reader, &beside.end, hand, told).await?;
    if let (Some(tenant), Some(secrets)) = (&options.tenant, secrets) {
        secrets::write_of_tenant(reader, &options.keys_dir, tenant, &subjects, secrets).await?;
    }
    Ok(beside)
}

fn signing_key(keys_dir: &Path) -> Result<Option<SigningKey>, ExportFailed> {
    match keys::checkpoint_signing(keys_dir) {
        Ok(seed) => Ok(Some(SigningKey::new(&seed)?)),
        Err(KeyFault::Missing { .. }) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

fn manifest_of(options: &ExportOptions, export: Uuid, beside: Beside, mut written: Written) -> Manifest {
    Manifest {
        format: FORMAT.to_owned(),
        export,
        exported_at: Timestamp::now(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
        tenant: options.tenant.clone(),
        end: beside.end,
        events: written.events,
        batches: written.batches,
        streams: written.streams,
        event_types: written.event_types,
        segments: written.segments,
        reservations: written.parts.remove("reservations"),
        counters: written.parts.remove("counters"),
        commands: written.parts.remove("commands"),
        command_days: beside.command_days,
        key_marks: beside.key_marks,
        left_behind: beside.left_behind,
    }
}

fn exported(
    options: ExportOptions,
    manifest: &Manifest,
    signing: Option<&SigningKey>,
    secrets: Option<i64>,
) -> Exported {
    let file = options.secrets.map(|secrets| secrets.file);
    Exported {
        export: manifest.export,
        folder: options.folder,
        tenant: options.tenant,
        events: manifest.events,
        batches: manifest.batches,
        streams: manifest.streams,
        last_position: manifest.end.position,
        incarnation: manifest.end.incarnation,
        chain_hash: manifest.end.chain_hash.to_string(),
        segments: manifest.segments.len(),
        bytes: manifest.segments.iter().map(|segment| segment.mark.bytes).sum(),
        signed_by: signing.map(|key| Bytes(key.public_key()).to_string()),
        secrets: file.zip(secrets).map(|(file, rows)| SecretsWritten { file, rows }),
        sessions_left_behind: manifest.left_behind.sessions,
        open_work_left_behind: manifest.left_behind.open_work,
    }
}
