//! How far a projection has come, and which process writes it: one row of `projection_checkpoints` each.
//!
//! Every change asks for the owner and the position it believes in: whoever has lost the lease changes nothing.

use std::time::Duration;

use eventstore::follow::Head;
use sqlx::{PgConnection, PgPool};
use uuid::Uuid;

use super::model::Begins;
use super::projection::Projection;

/// A lease that nobody renews ends after this long.
pub const LEASE: Duration = Duration::from_secs(3);
/// How often an owner with nothing to do renews its lease.
pub const RENEW_EVERY: Duration = Duration::from_secs(1);
/// How often a process that is not the owner looks whether it can be.
pub const LOOK_EVERY: Duration = Duration::from_millis(500);

/// Whose checkpoint: a projection's, as one process writes it.
#[derive(Clone, Copy)]
pub struct Holder<'a> {
    pub projection: &'a dyn Projection,
    pub owner: Uuid,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Checkpoint {
    pub incarnation: Uuid,
    pub position: i64,
}

impl Holder<'_> {
    /// Makes the row of a projection that never ran.
    pub async fn begin<'c>(&self, executor: impl sqlx::PgExecutor<'c>, head: Head) -> sqlx::Result<()> {
        let position = match self.projection.begins() {
            Begins::AtTheFirst => 0,
            Begins::AtTheHead => head.position,
        };
        sqlx::query(
            "insert into projection_checkpoints(name, version, incarnation, position) values ($1, $2, $3, $4)
             on conflict do nothing",
        )
        .bind(self.projection.checkpoint())
        .bind(self.projection.version())
        .bind(head.incarnation)
        .bind(position)
        .execute(executor)
        .await?;
        Ok(())
    }

    /// Takes the lease if nobody has it. A row that is locked is being written by its owner.
    pub async fn acquire(&self, pool: &PgPool) -> sqlx::Result<Option<Checkpoint>> {
        let row: Option<(Uuid, i64)> = sqlx::query_as(
            "with free as (
               select name, version from projection_checkpoints
               where name = $1 and version = $2
                 and (owner is null or owner = $3 or lease_until < clock_timestamp())
               for update skip locked)
             update projection_checkpoints c
                set owner = $3, lease_until = clock_timestamp() + make_interval(secs => $4)
               from free where c.name = free.name and c.version = free.version
             returning c.incarnation, c.position",
        )
        .bind(self.projection.checkpoint())
        .bind(self.projection.version())
        .bind(self.owner)
        .bind(LEASE.as_secs_f64())
        .fetch_optional(pool)
        .await?;
        Ok(row.map(|(incarnation, position)| Checkpoint { incarnation, position }))
    }

    /// Moves on, and renews the lease; says how many keys are set aside, or nothing when the lease is lost.
    pub async fn advance<'c>(
        &self,
        executor: impl sqlx::PgExecutor<'c>,
        from: Checkpoint,
        to: i64,
    ) -> sqlx::Result<Option<i32>> {
        sqlx::query_scalar(
            "update public.projection_checkpoints
                set position = $6, lease_until = clock_timestamp() + make_interval(secs => $7),
                    updated_at = clock_timestamp()
              where name = $1 and version = $2 and owner = $3 and incarnation = $4 and position = $5
             returning parked_keys",
        )
        .bind(self.projection.checkpoint())
        .bind(self.projection.version())
        .bind(self.owner)
        .bind(from.incarnation)
        .bind(from.position)
        .bind(to)
        .bind(LEASE.as_secs_f64())
        .fetch_optional(executor)
        .await
    }

    /// Gives the lease back, so that the next process need not wait for its end.
    pub async fn release(&self, pool: &PgPool) -> sqlx::Result<()> {
        sqlx::query(
            "update projection_checkpoints set owner = null, lease_until = null
              where name = $1 and version = $2 and owner = $3",
        )
        .bind(self.projection.checkpoint())
        .bind(self.projection.version())
        .bind(self.owner)
        .execute(pool)
        .await?;
        Ok(())
    }
}

/// Locks a projection's row, so that its owner writes nothing meanwhile; whether there is one.
pub async fn hold(connection: &mut PgConnection, projection: &dyn Projection) -> sqlx::Result<bool> {
    let row =
        sqlx::query("select from public.projection_checkpoints where name = $1 and version = $2 for update")
            .bind(projection.checkpoint())
            .bind(projection.version())
            .fetch_optional(connection)
            .await?;
    Ok(row.is_some())
}
