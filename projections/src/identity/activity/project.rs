//! One row for each event; rows are never changed, and dropped when they are old.

use sqlx::PgConnection;

use super::DAYS_KEPT;
use crate::runtime::Noted;

/// Rows that are dropped in one transaction.
const DROPPED_TOGETHER: i64 = 10_000;

pub async fn project(connection: &mut PgConnection, events: &[&Noted]) -> sqlx::Result<()> {
    let mut events = events.to_vec();
    events.sort_by_key(|noted| (noted.tenant().clone(), noted.recorded.position));
    let texts = |of: fn(&Noted) -> &str| -> Vec<&str> { events.iter().map(|noted| of(noted)).collect() };
    let scopes: Vec<Option<&str>> =
        events.iter().map(|noted| noted.recorded.scope.as_ref().map(|scope| scope.as_str())).collect();
    let recorded_at: Vec<jiff_sqlx::Timestamp> =
        events.iter().map(|noted| noted.recorded.recorded_at.into()).collect();
    sqlx::query(
        "insert into activity(tenant, position, scope, event_type, actor, stream_type, stream_id, version, recorded_at)
         select * from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[],
                              $8::bigint[], $9::timestamptz[])
         on conflict (tenant, position) do nothing",
    )
    .bind(texts(|noted| noted.tenant().as_str()))
    .bind(events.iter().map(|noted| noted.recorded.position).collect::<Vec<_>>())
    .bind(scopes)
    .bind(texts(|noted| &noted.recorded.event_type))
    .bind(texts(|noted| &noted.event.actor))
    .bind(texts(|noted| &noted.recorded.stream.aggregate))
    .bind(texts(|noted| noted.recorded.stream.id.as_str()))
    .bind(events.iter().map(|noted| noted.recorded.version).collect::<Vec<_>>())
    .bind(recorded_at)
    .execute(connection)
    .await?;
    Ok(())
}

pub async fn drop_old(connection: &mut PgConnection) -> sqlx::Result<u64> {
    let dropped = sqlx::query(
        "delete from activity where (tenant, position) in (
           select tenant, position from activity where recorded_at < now() - make_interval(days => $1) limit $2)",
    )
    .bind(DAYS_KEPT)
    .bind(DROPPED_TOGETHER)
    .execute(connection)
    .await?;
    Ok(dropped.rows_affected())
}

/// Of a tenant in which everything has ended nobody asks what happened; what says so stays.
pub async fn drop_ended(connection: &mut PgConnection) -> sqlx::Result<u64> {
    let dropped = sqlx::query(
        "delete from activity where (tenant, position) in (
           select a.tenant, a.position from activity a
           join activity e on e.tenant = a.tenant and e.event_type = 'tenant.emptied'
           where a.position < e.position limit $1)",
    )
    .bind(DROPPED_TOGETHER)
    .execute(connection)
    .await?;
    Ok(dropped.rows_affected())
}
