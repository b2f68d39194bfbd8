//! Work: it comes of an event, it has a reason to move, and no key is worked on twice at once.

use sqlx::PgConnection;

use super::{Checked, TOLD_MAX};

async fn counted(reader: &mut PgConnection, which: &'static str) -> sqlx::Result<i64> {
    let sql = format!("select count(*) from work where {which}");
    sqlx::query_scalar(sqlx::AssertSqlSafe(sql)).fetch_one(reader).await
}

async fn named(reader: &mut PgConnection, sql: &'static str) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(sql).bind(TOLD_MAX).fetch_all(reader).await
}

pub async fn has_its_event(reader: &mut PgConnection) -> sqlx::Result<Checked> {
    let violations = named(
        reader,
        "select w.claim from work w left join events e on e.position = w.event_position and e.tenant = w.tenant
         where e.position is null limit $1",
    )
    .await?;
    Ok(Checked::new("work comes of an event", counted(reader, "true").await?, violations))
}

/// Longer than any lease, look or pace of the runtime: what is so for this long stays so.
const NOBODY_CAME: &str = "
    select w.claim || ' is ' || w.state from work w
    where (w.state = 'claimed' and w.lease_until < clock_timestamp() - interval '30 seconds')
       or (w.state = 'later' and w.visible_at < clock_timestamp() - interval '30 seconds')
       or (w.state = 'open' and greatest(w.visible_at, w.created_at) < clock_timestamp() - interval '10 minutes')
       or (w.state = 'waiting' and w.created_at < clock_timestamp() - interval '30 seconds'
           and not exists (select from work a where a.worker = w.worker and a.key = w.key
                           and a.state in ('later', 'open', 'claimed', 'parked')))
    limit $1";

pub async fn has_a_reason_to_move(reader: &mut PgConnection) -> sqlx::Result<Checked> {
    let violations = named(reader, NOBODY_CAME).await?;
    let open = counted(reader, "state in ('waiting', 'later', 'open', 'claimed')").await?;
    Ok(Checked::new("open work has a reason to move", open, violations))
}

pub async fn one_of_a_key_at_a_time(reader: &mut PgConnection) -> sqlx::Result<Checked> {
    let violations = named(
        reader,
        "select worker || ' ' || key from work where state in ('open', 'claimed')
         group by worker, key having count(*) > 1 limit $1",
    )
    .await?;
    let at_hand = counted(reader, "state in ('open', 'claimed')").await?;
    Ok(Checked::new("one piece of a key at a time", at_hand, violations))
}
