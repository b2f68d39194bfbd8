//! Which stream of the broker is in use, as all relays and readers agree on it: a row for each generation.

use sqlx::{PgExecutor, PgPool};
use uuid::Uuid;

/// One stream of an incarnation. When it is lost, the next generation begins.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Generation {
    pub incarnation: Uuid,
    pub number: i32,
    pub name: String,
    /// Sequence in the stream = position - base.
    pub base: i64,
    /// The broker has had it: when it is not there any more, it is lost.
    pub is_made: bool,
}

const PREFIX: &str = "EV_";

impl Generation {
    pub fn sequence_of(&self, position: i64) -> u64 {
        u64::try_from(position - self.base).unwrap_or(0)
    }

    pub fn position_of(&self, sequence: u64) -> i64 {
        self.base.saturating_add_unsigned(sequence)
    }
}

/// The name says which history a stream holds a copy of.
fn name(incarnation: Uuid, number: i32) -> String {
    format!("{PREFIX}{}_{number}", incarnation.simple())
}

/// The history that a stream of that name holds a copy of.
pub fn incarnation_of(name: &str) -> Option<Uuid> {
    let (incarnation, _) = name.strip_prefix(PREFIX)?.split_once('_')?;
    incarnation.parse().ok()
}

/// The newest stream of an incarnation.
pub async fn newest<'c>(
    executor: impl PgExecutor<'c>,
    incarnation: Uuid,
) -> sqlx::Result<Option<Generation>> {
    let row: Option<(i32, String, i64, bool)> = sqlx::query_as(
        "select generation, name, base, made_at is not null from relay_streams
          where incarnation = $1 order by generation desc limit 1",
    )
    .bind(incarnation)
    .fetch_optional(executor)
    .await?;
    Ok(row.map(|(number, name, base, is_made)| Generation { incarnation, number, name, base, is_made }))
}

/// Begins a generation, unless another relay has done so.
pub async fn begin(pool: &PgPool, incarnation: Uuid, number: i32, base: i64) -> sqlx::Result<()> {
    sqlx::query(
        "insert into relay_streams(incarnation, generation, name, base) values ($1, $2, $3, $4)
         on conflict do nothing",
    )
    .bind(incarnation)
    .bind(number)
    .bind(name(incarnation, number))
    .bind(base)
    .execute(pool)
    .await?;
    Ok(())
}

/// Notes that the broker has the stream.
pub async fn mark_made(pool: &PgPool, generation: &Generation) -> sqlx::Result<()> {
    sqlx::query(
        "update relay_streams set made_at = clock_timestamp()
          where incarnation = $1 and generation = $2 and made_at is null",
    )
    .bind(generation.incarnation)
    .bind(generation.number)
    .execute(pool)
    .await?;
    Ok(())
}

/// Whether streams of that incarnation are this log's.
pub async fn is_ours(pool: &PgPool, incarnation: Uuid) -> sqlx::Result<bool> {
    sqlx::query_scalar("select exists (select from relay_streams where incarnation = $1)")
        .bind(incarnation)
        .fetch_one(pool)
        .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_of_which_history_it_is() {
        let incarnation = Uuid::now_v7();
        assert_eq!(incarnation_of(&name(incarnation, 7)), Some(incarnation));
        assert_eq!(incarnation_of("EV_x_1"), None);
        assert_eq!(incarnation_of("ORDERS"), None);
    }

    #[test]
    fn sequences_begin_at_one_after_the_base() {
        let incarnation = Uuid::nil();
        let generation =
            Generation { incarnation, number: 1, name: name(incarnation, 1), base: 40, is_made: true };
        assert_eq!((generation.sequence_of(41), generation.position_of(1)), (1, 41));
        assert_eq!((generation.sequence_of(40), generation.position_of(0)), (0, 40));
    }
}
