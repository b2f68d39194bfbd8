//! A page of events: what is owed for them, less what is known, done or unsure.

use std::collections::HashSet;

use eventstore::event::Recorded;
use eventstore::inspect::Inspector;
use eventstore::work::{Owed, owe};
use sqlx::{Connection, PgConnection};

use super::record::{Pieces, done};
use super::{Replay, ReplayFailed, Replayed, kept_since};
use crate::runtime::worker::Effect;

pub struct Page<'a> {
    pub replay: &'a Replay<'a>,
    pub inspector: &'a Inspector,
    pub events: Vec<Recorded>,
}

impl Page<'_> {
    /// Makes the work, if it is meant, and counts.
    pub async fn give(
        &self,
        connection: &mut PgConnection,
        is_meant: bool,
        replayed: &mut Replayed,
    ) -> Result<(), ReplayFailed> {
        replayed.events += self.events.len() as u64;
        if self.events.is_empty() {
            return Ok(());
        }
        let owed = self.replay.owing.owed(connection, self.inspector, &self.events).await?;
        // In this order: what is done after it was not known has its row when work is made.
        let fresh = self.less_known(connection, owed, replayed).await?;
        let fresh = self.less_done(fresh, replayed).await?;
        let fresh = self.less_unsure(fresh, replayed);
        replayed.made += fresh.len() as u64;
        if is_meant && !fresh.is_empty() {
            self.make(connection, &fresh).await?;
        }
        Ok(())
    }

    /// The intake makes work of the same keys: one of both has to see what the other has made.
    async fn make(&self, connection: &mut PgConnection, owed: &[Owed]) -> Result<(), ReplayFailed> {
        let intake = self.replay.owing.intake();
        let mut transaction = connection.begin_with("begin; set local synchronous_commit = on").await?;
        sqlx::query("select from public.projection_checkpoints where name = $1 and version = $2 for update")
            .bind(intake.name())
            .bind(intake.version())
            .execute(&mut *transaction)
            .await?;
        owe(&mut transaction, intake.name(), owed).await?;
        transaction.commit().await?;
        Ok(())
    }

    async fn less_known(
        &self,
        connection: &mut PgConnection,
        owed: Vec<Owed>,
        replayed: &mut Replayed,
    ) -> Result<Vec<Owed>, ReplayFailed> {
        let worker = self.replay.owing.intake().name();
        let names: Vec<String> = owed.iter().map(|each| each.claim(worker)).collect();
        let known: Vec<String> = sqlx::query_scalar("select claim from public.work where claim = any($1)")
            .bind(&names)
            .fetch_all(connection)
            .await?;
        let known: HashSet<String> = known.into_iter().collect();
        let before = owed.len();
        let fresh: Vec<Owed> = owed
            .into_iter()
            .zip(names)
            .filter(|(_, name)| !known.contains(name))
            .map(|(each, _)| each)
            .collect();
        replayed.known += (before - fresh.len()) as u64;
        Ok(fresh)
    }

    async fn less_done(&self, owed: Vec<Owed>, replayed: &mut Replayed) -> Result<Vec<Owed>, ReplayFailed> {
        let worker = self.replay.owing.intake().name();
        let pieces = Pieces::of(worker, &self.events, &owed)?;
        let done = done(self.replay.database_url, self.inspector, &pieces).await?;
        let before = owed.len();
        let fresh: Vec<Owed> = owed
            .into_iter()
            .zip(pieces.follow_ups())
            .filter(|(_, follow_up)| !done.contains(follow_up))
            .map(|(each, _)| each)
            .collect();
        replayed.done += (before - fresh.len()) as u64;
        Ok(fresh)
    }

    /// What must not be done twice leaves nothing but its row, and the rows of what is older may be dropped.
    fn less_unsure(&self, owed: Vec<Owed>, replayed: &mut Replayed) -> Vec<Owed> {
        if self.replay.owing.effect() != Effect::AtMostOnce {
            return owed;
        }
        let since = kept_since();
        let is_recent = |each: &Owed| {
            self.events.iter().any(|event| event.position == each.position && event.recorded_at > since)
        };
        let before = owed.len();
        let fresh: Vec<Owed> = owed.into_iter().filter(is_recent).collect();
        replayed.unsure += (before - fresh.len()) as u64;
        fresh
    }
}
