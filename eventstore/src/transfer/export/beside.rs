//! What is no event, read in one snapshot that also says where the log ends.

use std::collections::{BTreeMap, BTreeSet};

use futures_util::TryStreamExt;
use jiff::civil::Date;
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{Connection, PgConnection, PgTransaction};
use uuid::Uuid;

use super::hand::Hand;
use super::scribe::{Piece, ScribeFault};
use super::{ExportFailed, ExportOptions};
use crate::keys::LOOK_UP;
use crate::transfer::bytes::Bytes;
use crate::transfer::manifest::{End, LeftBehind};
use crate::transfer::rows::{Command, Counter, Reservation};
use crate::transfer::secrets::{self, SecretsWriter};

/// Lines that are handed over at once.
const LINES_BYTES: usize = 64 * 1024;

/// What is read beside the events.
pub struct Beside {
    pub end: End,
    pub key_marks: BTreeMap<String, Bytes>,
    pub command_days: BTreeSet<Date>,
    pub left_behind: LeftBehind,
}

impl Beside {
    /// A part of the log has nothing beside its events.
    pub fn of_part(end: End) -> Self {
        let (key_marks, command_days) = (BTreeMap::new(), BTreeSet::new());
        Self { end, key_marks, command_days, left_behind: LeftBehind::default() }
    }
}

pub async fn end_of(reader: &mut PgConnection) -> sqlx::Result<End> {
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
pub async fn read(
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

async fn key_marks(snapshot: &mut PgTransaction<'_>) -> sqlx::Result<BTreeMap<String, Bytes>> {
    let marks: Vec<(String, Vec<u8>)> = sqlx::query_as(
        "select name, mark from key_marks where name = $1 or name in
               (select name from wrapping_keys where used_from is not null and retired_at is null)",
    )
    .bind(LOOK_UP)
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
