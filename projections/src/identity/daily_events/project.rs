//! Events are counted by tenant and day; limits are as they were last set.

use std::collections::BTreeMap;

use domain::identity::PLATFORM_TENANT;
use sqlx::PgConnection;

use super::{DAYS_KEPT, Seen};

/// Rows that are dropped in one transaction.
const DROPPED_TOGETHER: i64 = 10_000;

pub async fn count(connection: &mut PgConnection, events: &[&Seen]) -> sqlx::Result<()> {
    let tenants: Vec<&str> = events.iter().map(|seen| seen.recorded.stream.tenant.as_str()).collect();
    let recorded_at: Vec<jiff_sqlx::Timestamp> =
        events.iter().map(|seen| seen.recorded.recorded_at.into()).collect();
    sqlx::query(
        "insert into daily_events(tenant, id, day, events)
         select $1, id, (recorded_at at time zone 'UTC')::date, count(*)
           from unnest($2::text[], $3::timestamptz[]) u(id, recorded_at) group by 2, 3 order by 2, 3
         on conflict (tenant, id, day) do update set events = daily_events.events + excluded.events",
    )
    .bind(PLATFORM_TENANT)
    .bind(tenants)
    .bind(recorded_at)
    .execute(connection)
    .await?;
    Ok(())
}

/// The last of the events counts.
pub async fn limit(connection: &mut PgConnection, events: &[&Seen]) -> sqlx::Result<()> {
    let changed: BTreeMap<&str, Option<i64>> = events
        .iter()
        .filter_map(|seen| Some((seen.recorded.stream.tenant.as_str(), seen.limit?)))
        .map(|(tenant, limit)| (tenant, limit.map(|limit| i64::try_from(limit).unwrap_or(i64::MAX))))
        .collect();
    if changed.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "with changed as (select * from unnest($2::text[], $3::bigint[]) u(id, allowed)),
         lifted as (delete from daily_event_limits l using changed c
                    where l.tenant = $1 and l.id = c.id and c.allowed is null)
         insert into daily_event_limits(tenant, id, allowed)
           select $1, id, allowed from changed where allowed is not null order by id
         on conflict (tenant, id) do update set allowed = excluded.allowed",
    )
    .bind(PLATFORM_TENANT)
    .bind(changed.keys().copied().collect::<Vec<_>>())
    .bind(changed.values().copied().collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn drop_old(connection: &mut PgConnection) -> sqlx::Result<u64> {
    let dropped = sqlx::query(
        "delete from daily_events where (tenant, id, day) in (
           select tenant, id, day from daily_events
           where day < (now() at time zone 'UTC')::date - $1 limit $2)",
    )
    .bind(DAYS_KEPT)
    .bind(DROPPED_TOGETHER)
    .execute(connection)
    .await?;
    Ok(dropped.rows_affected())
}
