//! When everything has come to its end: read models, work, and the stream of the broker.

use std::time::Duration;

use projections::Projection;
use support::{broker, database, wait};

use super::deployment::Deployment;

/// The rest of the load, pauses before another try, and leases that have to run out.
const WITHIN: Duration = Duration::from_secs(60);

/// Waits for it, lending no hand.
pub async fn settled(deployment: &Deployment) {
    let mut last = String::new();
    let is_settled = wait::until_true("everything is settled", WITHIN, async || {
        let (behind, unsettled) = behind(&deployment.database_url).await;
        let missing = if behind + unsettled == 0 { not_relayed(deployment).await } else { None };
        let now = format!("{behind} checkpoints behind, {unsettled} pieces of work, relay: {missing:?}");
        if now != last {
            last.clone_from(&now);
            println!("settling: {now}");
        }
        behind + unsettled == 0 && missing == Some(0)
    });
    is_settled.await;
}

/// Checkpoints that are not at the head, and work that is not settled.
async fn behind(url: &str) -> (i64, i64) {
    let names: Vec<&str> =
        projections::all().iter().chain(workers::INTAKES).map(|each: &&dyn Projection| each.name()).collect();
    sqlx::query_as(
        "select $1 - (select count(*) from projection_checkpoints
                      where name = any($2) and position = (select max(last_position) from log_batches)),
                (select count(*) from work where state in ('waiting', 'later', 'open', 'claimed'))",
    )
    .bind(names.len() as i64)
    .bind(names)
    .fetch_one(&mut database::superuser(url).await)
    .await
    .expect("checkpoints and work can be counted")
}

/// Events that the newest stream of the broker does not hold yet; nothing when it is not there.
async fn not_relayed(deployment: &Deployment) -> Option<i64> {
    let (name, base, head): (String, i64, i64) = sqlx::query_as(
        "select name, base, (select max(last_position) from log_batches)
         from relay_streams order by begun_at desc, generation desc limit 1",
    )
    .fetch_optional(&mut database::superuser(&deployment.database_url).await)
    .await
    .expect("streams can be read")?;
    let broker = broker::connected(&deployment.nats).await;
    let stream = broker.context().get_stream(name).await.ok()?;
    Some(head - base - stream.cached_info().state.last_sequence as i64)
}
