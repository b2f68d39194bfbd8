//! What may be asked about the events of a day; in a transaction of the platform's tenant. Any other sees none.

use domain::identity::TenantId;
use sqlx::Row;

use crate::TenantTx;
use crate::columns;

/// A tenant that has written as many events today as it may.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UsedUpRow {
    pub id: TenantId,
    pub events: u64,
    pub allowed: u64,
}

/// How many events a tenant has written since midnight (UTC).
pub async fn today(tx: &mut TenantTx, id: &TenantId) -> sqlx::Result<u64> {
    let (connection, platform) = tx.parts();
    let events: Option<i64> = sqlx::query_scalar(
        "select events from read.daily_events
         where tenant = $1 and id = $2 and day = (now() at time zone 'UTC')::date",
    )
    .bind(platform)
    .bind(id.as_str())
    .fetch_optional(connection)
    .await?;
    Ok(events.unwrap_or_default().unsigned_abs())
}

/// Everybody who has used up what is allowed today.
pub async fn used_up(tx: &mut TenantTx) -> sqlx::Result<Vec<UsedUpRow>> {
    let (connection, platform) = tx.parts();
    let rows = sqlx::query(
        "select l.id, coalesce(d.events, 0) as events, l.allowed from read.daily_event_limits l
         left join read.daily_events d on d.tenant = l.tenant and d.id = l.id
           and d.day = (now() at time zone 'UTC')::date
         where l.tenant = $1 and coalesce(d.events, 0) >= l.allowed",
    )
    .bind(platform)
    .fetch_all(connection)
    .await?;
    let number = |row: &sqlx::postgres::PgRow, name: &str| row.try_get::<i64, _>(name).map(i64::unsigned_abs);
    rows.iter()
        .map(|row| {
            let (events, allowed) = (number(row, "events")?, number(row, "allowed")?);
            Ok(UsedUpRow { id: columns::id(row, "id")?, events, allowed })
        })
        .collect()
}
