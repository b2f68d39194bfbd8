//! Whose keys were destroyed of late, asked by every node that holds keys: what it opened with them is forgotten.

use std::sync::Arc;
use std::time::Duration;

use domain::identity::PLATFORM_TENANT;
use domain::personal::SubjectId;
use sqlx::PgPool;

use crate::execute::Executor;
use crate::load::in_time;
use crate::seal::Sealer;

const EVERY: Duration = Duration::from_secs(2);
/// Each is heard of for this long, since a state may have been under way when it was forgotten first.
const HEARD_OF_FOR: Duration = Duration::from_secs(15);

/// Asks for ever. States of aggregates are all forgotten, whoever they tell of: it happens seldom, and they are read from
/// the log again.
pub(crate) async fn notice(pool: PgPool, sealer: Arc<Sealer>, executor: Executor) {
    let mut asked_at = None;
    loop {
        // Who could not ask asks later about the whole time since.
        if let Ok((now, erased)) = erased_since(&pool, asked_at).await {
            asked_at = Some(now);
            if !erased.is_empty() {
                sealer.forget(&erased);
                executor.forget_states();
            }
        }
        tokio::time::sleep(EVERY).await;
    }
}

type Moment = jiff_sqlx::Timestamp;

async fn erased_since(pool: &PgPool, since: Option<Moment>) -> sqlx::Result<(Moment, Vec<SubjectId>)> {
    let asking = sqlx::query_as(
        "select clock_timestamp(),
                array(select subject from subject_keys
                      where tenant = $1 and erased_at > coalesce($2, clock_timestamp()) - make_interval(secs => $3))",
    )
    .bind(PLATFORM_TENANT)
    .bind(since)
    .bind(HEARD_OF_FOR.as_secs_f64())
    .fetch_one(pool);
    let (now, names): (Moment, Vec<String>) = in_time(asking).await?;
    Ok((now, names.into_iter().filter_map(|name| SubjectId::new(name).ok()).collect()))
}
