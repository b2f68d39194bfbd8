//! Counters of exact quotas: they say what the log says.

use sqlx::PgConnection;

use super::{Checked, TOLD_MAX};

/// One statement, so that both are of one moment.
const MISCOUNTED: &str = "
    with last as (select distinct on (stream_no) tenant, event_type from events
                  where event_type in ('membership.added', 'membership.removed') order by stream_no, seq desc),
         log as (select tenant, count(*) filter (where event_type = 'membership.added') as members
                 from last group by tenant),
         counted as (select tenant, used from counters where name = 'members')
    select format('%s has %s members, and %s are counted', tenant, coalesce(members, 0), coalesce(used, 0))
    from log full join counted using (tenant) where coalesce(members, 0) <> coalesce(used, 0) limit $1";

pub async fn members(reader: &mut PgConnection) -> sqlx::Result<Checked> {
    let counted = sqlx::query_scalar("select count(*) from counters where name = 'members'");
    let counted = counted.fetch_one(&mut *reader).await?;
    let violations = sqlx::query_scalar(MISCOUNTED).bind(TOLD_MAX).fetch_all(reader).await?;
    Ok(Checked::new("members are counted", counted, violations))
}
