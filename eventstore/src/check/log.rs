//! The log itself: positions and versions are dense, the chain holds, and the directory of streams says what the
//! events say.

use sqlx::PgConnection;

use super::{Checked, TOLD_MAX};
use crate::chain;

pub async fn chain(reader: &mut PgConnection) -> sqlx::Result<Checked> {
    let (counted, violations) = match chain::check(reader).await? {
        Ok(events) => (events, Vec::new()),
        Err(broken) => (0, vec![broken.to_string()]),
    };
    Ok(Checked::new("positions, versions and chain", counted, violations))
}

pub async fn streams(reader: &mut PgConnection) -> sqlx::Result<Checked> {
    let counted = sqlx::query_scalar("select count(*) from streams").fetch_one(&mut *reader).await?;
    let violations = sqlx::query_scalar(
        "select format('%s/%s/%s', s.tenant, s.type, s.id) from streams s
         left join events e on e.position = s.stream_no and e.seq = 1
           and (e.tenant, e.type, e.id) = (s.tenant, s.type, s.id)
         where e.position is null limit $1",
    )
    .bind(TOLD_MAX)
    .fetch_all(reader)
    .await?;
    Ok(Checked::new("every stream begins with an event", counted, violations))
}
