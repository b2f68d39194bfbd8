//! Brings back what was set aside, in order, once whatever was in its way has been put right.

use eventstore::database::{self, Role, Unfit};
use eventstore::follow::{EventSource, FollowFault};
use eventstore::payload::ReadFault;
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgTransaction};

use super::checkpoint;
use super::fault::{Fault, blame_for_projecting, blame_for_reading};
use super::park;
use super::projection::{OpenedEvent, Projection};

/// Events that are brought back in one transaction; the owner of the projection waits for it.
const TOGETHER: i64 = 200;

/// What bringing back a key came to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Redriven {
    pub events: u64,
    /// Why the next one still cannot be projected; nothing when the key is free again.
    pub stopped_by: Option<String>,
}

#[derive(Debug, thiserror::Error)]
pub enum RedriveFailed {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error(transparent)]
    Fault(#[from] Fault),
}

/// Projects the events of a key that was set aside, as far as they go. May run beside the projection's owner, in any
/// process.
pub async fn redrive(
    database_url: &str,
    source: &EventSource,
    projection: &'static dyn Projection,
    key: &str,
) -> Result<Redriven, RedriveFailed> {
    let mut connection = database::connect(database_url, Role::Projector).await?;
    let mut redriven = Redriven { events: 0, stopped_by: None };
    loop {
        let step = step(&mut connection, source, projection, key).await?;
        redriven.events += step.events;
        if step.is_done || step.stopped_by.is_some() {
            redriven.stopped_by = step.stopped_by;
            return Ok(redriven);
        }
    }
}

struct Step {
    events: u64,
    is_done: bool,
    stopped_by: Option<String>,
}

async fn step(
    connection: &mut PgConnection,
    source: &EventSource,
    projection: &'static dyn Projection,
    key: &str,
) -> Result<Step, Fault> {
    let positions = park::first_of(connection, projection, key, TOGETHER).await?;
    let events = source.reader().at(&positions).await?;
    if events.len() != positions.len() {
        return Err(gone(&positions));
    }
    let events = events.into_iter().map(Into::into).collect();
    let opened = projection.open(source.sealer(), events).await;

    let begin = format!("begin; set local search_path = {}, public", projection.schema());
    let mut transaction = connection.begin_with(AssertSqlSafe(begin)).await?;
    let exists = checkpoint::hold(&mut transaction, projection).await?;
    // Somebody else may have brought them back meanwhile.
    if !exists || park::first_of(&mut transaction, projection, key, TOGETHER).await? != positions {
        return Ok(Step { events: 0, is_done: !exists, stopped_by: None });
    }
    let mut step = Step { events: 0, is_done: positions.is_empty(), stopped_by: None };
    let mut up_to = 0;
    for (position, opened) in positions.iter().zip(opened) {
        if let Some(reason) = project(&mut transaction, projection, opened).await? {
            step.stopped_by = Some(reason);
            break;
        }
        up_to = *position;
        step.events += 1;
    }
    step.is_done |= park::take_back(&mut transaction, projection, key, up_to).await?;
    transaction.commit().await?;
    Ok(step)
}

fn gone(positions: &[i64]) -> Fault {
    let after = positions.first().map_or(0, |first| first - 1);
    Fault::Follow(FollowFault::Hole { after, found: None })
}

/// Why this event still cannot be projected, if so; then nothing of it is left.
async fn project(
    transaction: &mut PgTransaction<'_>,
    projection: &'static dyn Projection,
    opened: Result<OpenedEvent, ReadFault>,
) -> Result<Option<String>, Fault> {
    let opened = match opened {
        Ok(opened) => opened,
        Err(fault) => return blame_for_reading(&fault).map(Some).ok_or(Fault::Read(fault)),
    };
    let mut attempt = transaction.begin().await?;
    let Err(fault) = projection.project(&mut attempt, &[&opened]).await else {
        attempt.commit().await?;
        return Ok(None);
    };
    attempt.rollback().await?;
    blame_for_projecting(&fault).map(Some).ok_or(Fault::Project(fault))
}
