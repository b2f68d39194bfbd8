//! The list of keys that wrap, as the database has it: which are known, in use, retired.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::{PgConnection, PgExecutor};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum KeyState {
    /// Added, and wraps nothing yet: every node gets its file meanwhile.
    Known,
    /// The newest of those in use: it wraps.
    Wraps,
    /// Opens what it wrapped.
    Opens,
    Retired,
}

/// One key of the list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WrappingKeyRow {
    pub number: u32,
    pub state: KeyState,
    pub added_at: Timestamp,
    pub used_from: Option<Timestamp>,
    pub retired_at: Option<Timestamp>,
}

/// The key that wraps, and what the database keeps of it.
pub(crate) struct InUse {
    pub number: u32,
    pub mark: Option<Vec<u8>>,
}

pub(crate) async fn in_use(executor: impl PgExecutor<'_>) -> sqlx::Result<InUse> {
    let (number, mark): (i32, Option<Vec<u8>>) = sqlx::query_as(
        "select number, mark from wrapping_keys left join key_marks using (name)
         where used_from is not null and retired_at is null order by number desc limit 1",
    )
    .fetch_one(executor)
    .await?;
    Ok(InUse { number: number.unsigned_abs(), mark })
}

/// The keys without which something could not be opened.
pub(crate) async fn needed(connection: &mut PgConnection) -> sqlx::Result<Vec<u32>> {
    let numbers: Vec<i32> = sqlx::query_scalar(
        "select number from wrapping_keys where used_from is not null and retired_at is null order by number",
    )
    .fetch_all(connection)
    .await?;
    Ok(numbers.into_iter().map(i32::unsigned_abs).collect())
}

/// Every key there ever was, oldest first.
pub(crate) async fn all(connection: &mut PgConnection) -> sqlx::Result<Vec<WrappingKeyRow>> {
    type Row = (i32, jiff_sqlx::Timestamp, Option<jiff_sqlx::Timestamp>, Option<jiff_sqlx::Timestamp>);
    let rows: Vec<Row> =
        sqlx::query_as("select number, added_at, used_from, retired_at from wrapping_keys order by number")
            .fetch_all(connection)
            .await?;
    let newest = rows.iter().filter(|row| row.2.is_some() && row.3.is_none()).map(|row| row.0).max();
    let told = |(number, added_at, used_from, retired_at): Row| WrappingKeyRow {
        number: number.unsigned_abs(),
        state: match (used_from, retired_at) {
            (_, Some(_)) => KeyState::Retired,
            (None, None) => KeyState::Known,
            _ if Some(number) == newest => KeyState::Wraps,
            _ => KeyState::Opens,
        },
        added_at: added_at.to_jiff(),
        used_from: used_from.map(|time| time.to_jiff()),
        retired_at: retired_at.map(|time| time.to_jiff()),
    };
    Ok(rows.into_iter().map(told).collect())
}
