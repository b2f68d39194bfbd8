//! Writes a log, or the events of one tenant, into a folder.
//!
//! What is no event is read in one short snapshot, which also says where the log ends; events never change, so they
//! are read after it, up to there, in statements of their own. Memory does not grow with the log, but with its streams:
//! the walk remembers where each of them ends.

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::path::{Path, PathBuf};

use domain::identity::{PLATFORM_TENANT, TenantId};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, PgTransaction};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use uuid::Uuid;

use super::bytes::Bytes;
use super::folder;
use super::manifest::{End, FORMAT, LeftBehind, Manifest};
use super::rows::{Command, Counter, Reservation};
use super::scribe::{Piece, Scope, Scribe, ScribeFault, Written};
use super::secrets::{self, Secrets, SecretsFault, SecretsWriter};
use crate::chain::rows::{self, Batch};
use crate::chain::{Broken, Progress};
use crate::checkpoints::SigningKey;
use crate::database::{self, Role, Unfit};
use crate::event::{COLUMNS, Recorded};
use crate::keys::{self, KEY_ENCRYPTION, KeyFault, LOOK_UP};

/// Bytes of a segment before compression.
pub const SEGMENT_BYTES: u64 = 64 * 1024 * 1024;
/// Positions that one statement reads.
const STRETCH: i64 = 100_000;
/// What is handed over at once: enough to be worth it, and never much more than a batch.
const HANDED_BYTES: usize = 1024 * 1024;
const HANDED_AHEAD: usize = 3;
const LINES_BYTES: usize = 64 * 1024;

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
    BadKey(#[from] crate::checkpoints::BadKey),
    #[error(transparent)]
    Secrets(#[from] SecretsFault),
}

/// The scribe at work, and the way to it.
struct Hand {
    pieces: mpsc::Sender<Piece>,
    scribe: JoinHandle<Result<Written, ScribeFault>>,
}

/// Writes an export; `told` hears how far it has come. What it leaves when it fails has no manifest, and is none.
pub async fn export(
    options: ExportOptions,
    told: &mut impl FnMut(Progress),
) -> Result<Exported, ExportFailed> {
    if options.tenant.as_ref().is_some_and(|tenant| tenant.as_str() == PLATFORM_TENANT) {
        return Err(ExportFailed::Platform);
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
    let hand = begin_writing(&options);
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

/// What is read beside the events.
struct Beside {
    end: End,
    key_marks: BTreeMap<String, Bytes>,
    command_days: BTreeSet<jiff::civil::Date>,
    left_behind: LeftBehind,
}

async fn read_all(
    options: &ExportOptions,
    reader: &mut PgConnection,
    hand: &Hand,
    secrets: &mut Option<SecretsWriter>,
    told: &mut impl FnMut(Progress),
) -> Result<Beside, ExportFailed> {
    let beside = match &options.tenant {
        None => read_beside(options, reader, hand, secrets).await?,
        Some(_) => nothing_beside(end_of(reader).await?),
    };
    let subjects = read_events(options, reader, &beside.end, hand, told).await?;
    if let (Some(tenant), Some(secrets)) = (&options.tenant, secrets) {
        secrets::write_of_tenant(reader, &options.keys_dir, tenant, &subjects, secrets).await?;
    }
    Ok(beside)
}

impl Hand {
    /// The scribe has gone away when it takes nothing, and `end` says why.
    async fn over(&self, piece: Piece) -> Result<(), ScribeFault> {
        self.pieces.send(piece).await.map_err(|_| ScribeFault::File(io::ErrorKind::BrokenPipe.into()))
    }

    async fn end(self) -> Result<Written, ScribeFault> {
        drop(self.pieces);
        self.scribe.await.unwrap_or_else(|error| Err(ScribeFault::File(io::Error::other(error))))
    }
}

fn begin_writing(options: &ExportOptions) -> Hand {
    let scope = if options.tenant.is_some() { Scope::OneTenant } else { Scope::Whole };
    let scribe = Scribe::new(options.folder.clone(), options.segment_bytes, scope);
    let (pieces, handed) = mpsc::channel(HANDED_AHEAD);
    Hand { pieces, scribe: tokio::task::spawn_blocking(move || scribe.work(handed)) }
}

fn signing_key(keys_dir: &Path) -> Result<Option<SigningKey>, ExportFailed> {
    match keys::checkpoint_signing(keys_dir) {
        Ok(seed) => Ok(Some(SigningKey::new(&seed)?)),
        Err(KeyFault::Missing { .. }) => Ok(None),
        Err(fault) => Err(fault.into()),
    }
}

async fn end_of(reader: &mut PgConnection) -> sqlx::Result<End> {
    let (position, incarnation, recorded_at, chain_hash): (i64, Uuid, jiff_sqlx::Timestamp, Vec<u8>) =
        sqlx::query_as(
            "select last_position, incarnation, recorded_at, chain_hash from log_batches
             order by last_position desc limit 1",
        )
        .fetch_one(reader)
        .await?;
    Ok(End { position, incarnation, recorded_at: recorded_at.to_jiff(), chain_hash: Bytes(chain_hash) })
}

/// In one snapshot: the end of the log, and every row that is no event as it was then.
async fn read_beside(
    options: &ExportOptions,
    reader: &mut PgConnection,
    hand: &Hand,
    secrets: &mut Option<SecretsWriter>,
) -> Result<Beside, ExportFailed> {
    let mut snapshot = reader.begin_with("begin isolation level repeatable read read only").await?;
    let end = end_of(&mut snapshot).await?;
    let key_marks = key_marks(&mut snapshot).await?;
    let left_behind = left_behind(&mut snapshot).await?;
    hand_rows(&mut snapshot, hand, "reservations", Reservation::SELECT, Reservation::from_row).await?;
    hand_rows(&mut snapshot, hand, "counters", Counter::SELECT, Counter::from_row).await?;
    let mut command_days = BTreeSet::new();
    let command = |row: &PgRow| {
        Command::from_row(row).inspect(|command| {
            command_days.insert(command.day);
        })
    };
    hand_rows(&mut snapshot, hand, "commands", Command::SELECT, command).await?;
    if let Some(secrets) = secrets {
        secrets::write_all(&mut snapshot, &options.keys_dir, secrets).await?;
    }
    snapshot.commit().await?;
    Ok(Beside { end, key_marks, command_days, left_behind })
}

fn nothing_beside(end: End) -> Beside {
    let (key_marks, command_days) = (BTreeMap::new(), BTreeSet::new());
    Beside { end, key_marks, command_days, left_behind: LeftBehind::default() }
}

async fn key_marks(snapshot: &mut PgTransaction<'_>) -> sqlx::Result<BTreeMap<String, Bytes>> {
    let marks: Vec<(String, Vec<u8>)> =
        sqlx::query_as("select name, mark from key_marks where name = any($1)")
            .bind([KEY_ENCRYPTION, LOOK_UP].as_slice())
            .fetch_all(&mut **snapshot)
            .await?;
    Ok(marks.into_iter().map(|(name, mark)| (name, Bytes(mark))).collect())
}

async fn left_behind(snapshot: &mut PgTransaction<'_>) -> sqlx::Result<LeftBehind> {
    let (sessions, open_work) = sqlx::query_as(
        "select (select count(*) from sessions where revoked_at is null and expires_at > now()),
                (select count(*) from work where state not in ('done', 'skipped'))",
    )
    .fetch_one(&mut **snapshot)
    .await?;
    Ok(LeftBehind { sessions, open_work })
}

async fn hand_rows<T: Serialize>(
    snapshot: &mut PgTransaction<'_>,
    hand: &Hand,
    name: &'static str,
    select: &'static str,
    mut of_row: impl FnMut(&PgRow) -> sqlx::Result<T>,
) -> Result<(), ExportFailed> {
    hand.over(Piece::Part(name)).await?;
    let (mut lines, mut rows) = (Vec::with_capacity(LINES_BYTES), 0);
    let mut reading = sqlx::query(select).fetch(&mut **snapshot);
    while let Some(row) = reading.try_next().await? {
        serde_json::to_writer(&mut lines, &of_row(&row)?).map_err(ScribeFault::from)?;
        lines.push(b'\n');
        rows += 1;
        if lines.len() >= LINES_BYTES {
            let lines = std::mem::replace(&mut lines, Vec::with_capacity(LINES_BYTES));
            hand.over(Piece::Lines { lines, rows: std::mem::take(&mut rows) }).await?;
        }
    }
    Ok(hand.over(Piece::Lines { lines, rows }).await?)
}

/// Hands over every batch up to the end, and says whom the events of one tenant speak of.
async fn read_events(
    options: &ExportOptions,
    reader: &mut PgConnection,
    end: &End,
    hand: &Hand,
    told: &mut impl FnMut(Progress),
) -> Result<BTreeSet<String>, ExportFailed> {
    let mut reading = Reading { tenant: options.tenant.as_ref(), gathered: Gathered::default() };
    let mut last = 0;
    while last < end.position {
        let batches = stretch(reader, last, end.position).await?;
        let Some(until) = batches.last().map(|batch| batch.last) else {
            break;
        };
        reading.read(reader, batches, hand).await?;
        last = until;
        told(Progress { done: last, total: end.position });
    }
    hand.over(Piece::Batches(reading.gathered.take())).await?;
    Ok(reading.gathered.subjects)
}

/// The batches that follow, of some positions together.
async fn stretch(reader: &mut PgConnection, after: i64, end: i64) -> sqlx::Result<Vec<Batch>> {
    let (mut batches, mut last): (Vec<Batch>, _) = (Vec::new(), after);
    while last < end && last - after < STRETCH {
        let page = rows::batches_between(reader, last, end).await?;
        match page.last() {
            Some(batch) => last = batch.last,
            None => break,
        }
        batches.extend(page);
    }
    Ok(batches)
}

struct Reading<'a> {
    tenant: Option<&'a TenantId>,
    gathered: Gathered,
}

/// Batches that are not yet handed over.
#[derive(Default)]
struct Gathered {
    batches: Vec<(Batch, Vec<Recorded>)>,
    bytes: usize,
    /// Whom sealed fields are about; noted for one tenant only.
    subjects: BTreeSet<String>,
}

impl Gathered {
    fn take(&mut self) -> Vec<(Batch, Vec<Recorded>)> {
        self.bytes = 0;
        std::mem::take(&mut self.batches)
    }

    /// A batch of which nothing was gathered gives way: it holds nothing of the one tenant.
    fn begin(&mut self, batch: Batch) {
        self.batches.pop_if(|(_, events)| events.is_empty());
        self.batches.push((batch, Vec::new()));
    }

    fn add(&mut self, event: Recorded) {
        self.bytes += event.payload_text.len() + event.meta_text.len();
        if let Some((_, events)) = self.batches.last_mut() {
            events.push(event);
        }
    }
}

impl Reading<'_> {
    /// Streams the events of some batches, which memory never holds at once.
    async fn read(
        &mut self,
        reader: &mut PgConnection,
        batches: Vec<Batch>,
        hand: &Hand,
    ) -> Result<(), ExportFailed> {
        let (Some(first), Some(last)) = (batches.first(), batches.last()) else {
            return Ok(());
        };
        let (first, last) = (first.first, last.last);
        let of_tenant = if self.tenant.is_some() { "and e.tenant = $3" } else { "and $3::text is null" };
        let sql = format!(
            "select {COLUMNS} from events e where e.position between $1 and $2 {of_tenant} order by e.position"
        );
        let mut events = sqlx::query(AssertSqlSafe(sql))
            .bind(first)
            .bind(last)
            .bind(self.tenant.map(|tenant| tenant.as_str()))
            .fetch(reader);
        let mut next = events.try_next().await?;
        for batch in batches {
            let until = batch.last;
            if self.gathered.bytes >= HANDED_BYTES {
                hand.over(Piece::Batches(self.gathered.take())).await?;
            }
            self.gathered.begin(batch);
            while let Some(row) = next.take() {
                let event = Recorded::from_row(&row)?;
                if event.position > until {
                    next = Some(row);
                    break;
                }
                if self.tenant.is_some() {
                    secrets::note_subjects(&event.payload_text, &mut self.gathered.subjects);
                }
                self.gathered.add(event);
                next = events.try_next().await?;
            }
        }
        Ok(())
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
