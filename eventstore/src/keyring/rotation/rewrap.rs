//! Wraps anew under the present key what lies under others, batch by batch, while everything is served. Which rows are left
//! is told by the rows themselves: whoever was cut short begins again and goes on.

use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Connection, PgConnection, Row};

use super::{Rotation, RotationFailed};
use crate::fail_points::{FailPoint, pass};
use crate::keyring::wrapped::{WRAPPED, Wrapped};
use crate::keyring::{open, seal, state, wrapping_name};

/// Rows of one transaction: whoever seals the same rows waits for no more than these.
const BATCH: i64 = 100;

/// What was wrapped anew.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Rewrapped {
    /// The key that it lies under now.
    pub number: u32,
    pub values: u64,
}

impl Rotation {
    /// Wraps everything anew; `told` hears how many values it were so far.
    pub async fn rewrap(&mut self, told: &mut impl FnMut(u64)) -> Result<Rewrapped, RotationFailed> {
        let in_use = state::in_use(&mut self.connection).await?;
        self.keys.expect_mark(in_use.number, in_use.mark.as_deref())?;
        let all = state::all(&mut self.connection).await?.into_iter().map(|key| key.number);
        let others: Vec<String> = all.filter(|other| *other != in_use.number).map(wrapping_name).collect();
        let mut values = 0;
        for wrapped in &WRAPPED {
            loop {
                let done = self.rewrap_some(wrapped, in_use.number, &others).await?;
                if done == 0 {
                    break;
                }
                values += done;
                told(values);
                pass(FailPoint::AfterRewrapping);
            }
        }
        Ok(Rewrapped { number: in_use.number, values })
    }

    /// A batch of what lies under any of the others.
    async fn rewrap_some(
        &mut self,
        wrapped: &Wrapped,
        number: u32,
        others: &[String],
    ) -> Result<u64, RotationFailed> {
        let mut transaction = self.connection.begin().await?;
        // Locked, so that one who is erased meanwhile stays erased.
        let rows = sqlx::query(AssertSqlSafe(select(wrapped)))
            .bind(others)
            .bind(BATCH)
            .fetch_all(&mut *transaction)
            .await?;
        for row in &rows {
            let row = Sealed::of(row)?;
            let key: Vec<&str> = row.key.iter().map(String::as_str).collect();
            let place = wrapped.place(&row.tenant, &key);
            let plain = open(&self.keys, &place, &row.bytes)?;
            let sealed = seal(&self.keys, number, &place, &plain)?;
            put(&mut transaction, wrapped, &row, sealed).await?;
        }
        transaction.commit().await?;
        Ok(rows.len() as u64)
    }
}

struct Sealed {
    tenant: String,
    key: Vec<String>,
    bytes: Vec<u8>,
}

impl Sealed {
    fn of(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self { tenant: row.try_get(0)?, key: row.try_get(1)?, bytes: row.try_get(2)? })
    }
}

fn select(Wrapped { table, key, field }: &Wrapped) -> String {
    let key = key.join(", ");
    format!(
        "select tenant, array[{key}]::text[], {field} from {table}
         where kek = any($1) and {field} is not null limit $2 for no key update"
    )
}

async fn put(
    connection: &mut PgConnection,
    wrapped: &Wrapped,
    row: &Sealed,
    sealed: crate::keyring::Sealed,
) -> sqlx::Result<()> {
    let Wrapped { table, key, field } = wrapped;
    let places = key.iter().enumerate().map(|(at, column)| format!(" and {column} = ${}", at + 4));
    let update =
        format!("update {table} set kek = $1, {field} = $2 where tenant = $3{}", places.collect::<String>());
    let update = sqlx::query(AssertSqlSafe(update)).bind(sealed.kek).bind(sealed.bytes).bind(&row.tenant);
    row.key.iter().fold(update, |update, part| update.bind(part)).execute(connection).await.map(drop)
}
