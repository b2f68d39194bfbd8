//! Brings an exported log into an empty one: the same positions, the same times, the same chain.
//!
//! Everything happens in one transaction, so an import is whole or has not been, and is begun again from its beginning.
//! The chain is walked while the rows go in, and nothing is committed that the walk did not pass.

mod fault;
mod loader;
mod source;
mod target;

use std::path::PathBuf;

use serde::Serialize;
use sqlx::Connection;
use tokio::sync::mpsc;
use uuid::Uuid;

pub use fault::ImportFault;

use super::bytes::Bytes;
use super::manifest::{self, BadManifest, Manifest, ReadManifest};
use super::secrets::{Secrets, SecretsFault, SecretsReader, Travelled};
use crate::chain::Progress;
use crate::database::{self, Role, Unfit};
use crate::incarnation::REASON_BYTES_MAX;
use crate::keys::{self, KeyFault, Keys};
use crate::migrate::{self, MigrationFailed};
use loader::{Chunk, Loaded, Loader};
use target::Target;

/// Chunks that are ready before they are asked for.
const CHUNKS_AHEAD: usize = 2;

pub struct ImportOptions {
    pub database_url: String,
    /// Keys that travelled are put here, and what is missing beside them is made.
    pub keys_dir: PathBuf,
    pub folder: PathBuf,
    /// Without them the log can be read and verified, and no node starts on it.
    pub secrets: Option<Secrets>,
    /// The public key that the manifest must be signed with, in base64.
    pub signed_by: Option<String>,
    /// Who does this, and why: kept beside the log, which is not changed by it.
    pub actor: String,
    pub reason: String,
}

/// What was imported.
#[derive(Debug, Clone, Serialize)]
pub struct Imported {
    pub export: Uuid,
    pub events: i64,
    pub batches: i64,
    pub streams: i64,
    pub last_position: i64,
    pub incarnation: Uuid,
    pub chain_hash: String,
    pub reservations: i64,
    pub commands: i64,
    /// How many secrets travelled along.
    pub secrets: Option<i64>,
    /// The public key that the manifest is signed with.
    pub signed_by: Option<String>,
    pub sessions_left_behind: i64,
    pub open_work_left_behind: i64,
}

#[derive(Debug, thiserror::Error)]
pub enum ImportFailed {
    #[error("a reason has 1 to {REASON_BYTES_MAX} bytes")]
    Reason,
    #[error("{0:?} is no public key in base64")]
    Signer(String),
    #[error(
        "it holds the events of one tenant, {0}, and without those between them there is no chain: it is for reading and for moving out, and cannot be imported"
    )]
    OneTenant(String),
    #[error("the database is not up to date: run `airtide migrate up` with this program")]
    NotMigrated,
    #[error("the database is not empty: {0}; an import begins a log, and is never added to one")]
    NotEmpty(String),
    #[error("the database is in use: stop every node on it, and begin again")]
    InUse(#[source] sqlx::Error),
    #[error(
        "this database was used with another {0} key than the log that is imported: take a database that no node has started on"
    )]
    OtherKeys(String),
    #[error(transparent)]
    Manifest(#[from] BadManifest),
    #[error(transparent)]
    Fault(#[from] ImportFault),
    #[error(transparent)]
    Secrets(#[from] SecretsFault),
    #[error(transparent)]
    Key(#[from] KeyFault),
    #[error(transparent)]
    Migration(#[from] MigrationFailed),
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the database cannot be used")]
    Database(#[from] sqlx::Error),
}

impl ImportFailed {
    /// Whether another place, or another moment, is what it needs.
    pub fn is_of_target(&self) -> bool {
        matches!(self, Self::NotMigrated | Self::NotEmpty(_) | Self::InUse(_) | Self::OtherKeys(_))
    }
}

/// Imports a log; `told` hears how far it has come.
pub async fn import(
    options: ImportOptions,
    told: &mut impl FnMut(Progress),
) -> Result<Imported, ImportFailed> {
    if !(1..=REASON_BYTES_MAX).contains(&options.reason.trim().len()) {
        return Err(ImportFailed::Reason);
    }
    let read = read_manifest(&options)?;
    source::check(&options.folder, &read.manifest)?;
    check_target(&options).await?;
    let secrets = match &options.secrets {
        Some(secrets) => Some(SecretsReader::open(secrets, read.manifest.export, &read.sha256).await?),
        None => None,
    };
    if let Some((_, travelled)) = &secrets {
        expect_keys(&options, travelled)?;
    }
    let mut target = Target::open(&options.database_url, &read.manifest).await?;
    let loaded = load(&options, &read.manifest, &mut target, told).await?;
    source::compare(&loaded, &read.manifest)?;
    match &secrets {
        Some((reader, travelled)) => {
            let keys = take_keys(&options, travelled, &mut target).await?;
            target.put_secrets(reader, &keys).await?;
        }
        None => target.leave_marks(&read.manifest).await?,
    }
    target.finish(&read.manifest, &options.actor, options.reason.trim()).await?;
    Ok(imported(read, secrets.map(|(_, travelled)| travelled.rows)))
}

fn read_manifest(options: &ImportOptions) -> Result<ReadManifest, ImportFailed> {
    let parsed = |text: &String| {
        let quoted = serde_json::Value::String(text.clone());
        serde_json::from_value::<Bytes>(quoted).map_err(|_| ImportFailed::Signer(text.clone()))
    };
    let signer = options.signed_by.as_ref().map(parsed).transpose()?;
    let read = manifest::read(&options.folder, signer.as_ref())?;
    match &read.manifest.tenant {
        Some(tenant) => Err(ImportFailed::OneTenant(tenant.to_string())),
        None => Ok(read),
    }
}

/// What can be known before anything is locked.
async fn check_target(options: &ImportOptions) -> Result<(), ImportFailed> {
    if migrate::status(&options.database_url).await?.iter().any(|migration| !migration.applied) {
        return Err(ImportFailed::NotMigrated);
    }
    let mut reader = database::connect(&options.database_url, Role::LogReader).await?;
    let head: i64 = sqlx::query_scalar("select coalesce(max(last_position), 0) from log_batches")
        .fetch_one(&mut reader)
        .await?;
    reader.close().await?;
    match head {
        0 => Ok(()),
        head => Err(ImportFailed::NotEmpty(format!("its log ends at position {head}"))),
    }
}

/// Before the long work: the folder has no other keys than those that travelled.
fn expect_keys(options: &ImportOptions, travelled: &Travelled) -> Result<(), KeyFault> {
    travelled.keys.iter().try_for_each(|(name, key)| keys::expect(&options.keys_dir, name, key))
}

/// Once everything else is sound: puts the keys that travelled into the folder and makes those that are missing, as the
/// first node would.
async fn take_keys(
    options: &ImportOptions,
    travelled: &Travelled,
    target: &mut Target,
) -> Result<Keys, ImportFailed> {
    let used = target.keys_used().await?;
    for (name, key) in &travelled.keys {
        keys::put(&options.keys_dir, name, key)?;
    }
    let wrapping = target.wrapping().await?;
    Ok(Keys::open(&options.keys_dir, &wrapping, |name| !used.iter().any(|each| each == name))?)
}

/// One thread reads, walks and makes rows, while Postgres takes those of before.
async fn load(
    options: &ImportOptions,
    manifest: &Manifest,
    target: &mut Target,
    told: &mut impl FnMut(Progress),
) -> Result<Loaded, ImportFailed> {
    let (chunks, mut ready) = mpsc::channel::<Chunk>(CHUNKS_AHEAD);
    let loader = Loader::new(options.folder.clone(), manifest.clone(), chunks);
    let loading = tokio::task::spawn_blocking(move || loader.work());
    while let Some(chunk) = ready.recv().await {
        for rows in chunk.rows {
            target.put(rows).await?;
        }
        told(Progress { done: chunk.last, total: manifest.end.position });
    }
    let loaded = loading.await.map_err(|error| ImportFault::Thread(std::io::Error::other(error)))?;
    Ok(loaded?)
}

fn imported(read: ReadManifest, secrets: Option<i64>) -> Imported {
    let ReadManifest { manifest, signed_by, .. } = read;
    let rows = |part: &Option<manifest::Part>| part.as_ref().map_or(0, |part| part.rows);
    Imported {
        export: manifest.export,
        events: manifest.events,
        batches: manifest.batches,
        streams: manifest.streams,
        last_position: manifest.end.position,
        incarnation: manifest.end.incarnation,
        chain_hash: manifest.end.chain_hash.to_string(),
        reservations: rows(&manifest.reservations),
        commands: rows(&manifest.commands),
        secrets,
        signed_by: signed_by.map(|key| key.to_string()),
        sessions_left_behind: manifest.left_behind.sessions,
        open_work_left_behind: manifest.left_behind.open_work,
    }
}
