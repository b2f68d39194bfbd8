//! The moment at which the rows made anew are exactly where those in use are.

use std::time::Duration;

use eventstore::database::{self, Role};
use sqlx::{Connection, Executor, PgConnection, PgTransaction};
use tokio::time::sleep;

use super::failed::RebuildFailed;
use super::fill::{Fill, Tell};
use super::live::{self, Live, Lock};
use super::verify::Snapshot;
use crate::runtime::projection::Projection;

/// So far behind, what is missing is taken in while whoever writes the rows in use waits for it.
const CLOSE: i64 = 500;
const ATTEMPTS: u32 = 20;
const PAUSE: Duration = Duration::from_millis(100);

/// Keeps whoever writes the rows in use from writing, for as long as it lives: a lock on their checkpoint, and no longer than
/// two seconds of standing still.
pub struct Held<'c> {
    pub transaction: PgTransaction<'c>,
    pub live: Live,
}

/// A connection that may make and move tables, and take the role that moves checkpoints.
pub async fn connect(database_url: &str) -> Result<PgConnection, RebuildFailed> {
    Ok(database::connect(database_url, Role::Owner).await?)
}

pub async fn hold<'c>(
    connection: &'c mut PgConnection,
    projection: &'static dyn Projection,
) -> Result<Held<'c>, RebuildFailed> {
    let mut transaction = connection.begin().await?;
    transaction
        .execute(
            "set local role projector; set local lock_timeout = '5s';
             set local idle_in_transaction_session_timeout = '2s'",
        )
        .await?;
    let live = live::find(&mut transaction, projection, Lock::Held).await?;
    Ok(Held { transaction, live })
}

impl Fill<'_> {
    /// Takes in everything up to where the rows in use are now, be it much or little.
    pub async fn take_in(
        &mut self,
        connection: &mut PgConnection,
        projection: &'static dyn Projection,
        tell: &mut Tell<'_>,
    ) -> Result<(), RebuildFailed> {
        let live = live::find(&mut *connection, projection, Lock::None).await?;
        let goal = self.goal(&live).await?;
        self.up_to(goal, tell).await
    }

    /// Comes so close to the rows in use that the rest is a matter of moments.
    pub async fn come_close(
        &mut self,
        connection: &mut PgConnection,
        projection: &'static dyn Projection,
        tell: &mut Tell<'_>,
    ) -> Result<(), RebuildFailed> {
        loop {
            let live = live::find(&mut *connection, projection, Lock::None).await?;
            let goal = self.goal(&live).await?;
            if goal - self.at() <= CLOSE {
                return Ok(());
            }
            self.up_to(goal, tell).await?;
        }
    }

    /// A snapshot in which both are at one position.
    pub async fn meet(
        &mut self,
        connection: &mut PgConnection,
        database_url: &str,
        projection: &'static dyn Projection,
        tell: &mut Tell<'_>,
    ) -> Result<(Snapshot, Live), RebuildFailed> {
        for _ in 0..ATTEMPTS {
            self.come_close(&mut *connection, projection, tell).await?;
            let mut owner = connect(database_url).await?;
            let Held { transaction, live } = hold(&mut owner, projection).await?;
            if live.position - self.at() <= CLOSE {
                self.hurry_to(live.position).await?;
            }
            let mut snapshot = Snapshot::take(database_url).await?;
            transaction.rollback().await?;
            owner.close().await?;
            // The snapshot itself says whether it was taken at the right moment.
            let live = live::find(snapshot.connection(), projection, Lock::None).await?;
            if live.position == self.at() {
                return Ok((snapshot, live));
            }
            sleep(PAUSE).await;
        }
        Err(RebuildFailed::NoMoment(projection.name()))
    }
}
