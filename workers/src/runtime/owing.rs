//! What a worker owes for events of the past, beside its intake, which owes for what comes.

use std::marker::PhantomData;

use async_trait::async_trait;
use eventstore::event::Recorded;
use eventstore::inspect::Inspector;
use eventstore::work::Owed;
use projections::Projection;
use projections::runtime::of;
use sqlx::PgConnection;

use super::intake::FromEvents;
use super::worker::{Effect, Owes, Worker};

#[async_trait]
pub trait Owing: Send + Sync {
    /// The intake, of the worker's name.
    fn intake(&self) -> &'static dyn Projection;
    fn effect(&self) -> Effect;
    /// In order. The connection sees the tables of the intake without a schema.
    async fn owed(
        &self,
        connection: &mut PgConnection,
        inspector: &Inspector,
        events: &[Recorded],
    ) -> sqlx::Result<Vec<Owed>>;
}

/// A worker whose work follows from events alone.
pub const fn from_events<W: Worker + Owes>() -> &'static dyn Owing {
    &ByEvents::<W>(PhantomData)
}

struct ByEvents<W>(PhantomData<fn() -> W>);

#[async_trait]
impl<W: Worker + Owes> Owing for ByEvents<W> {
    fn intake(&self) -> &'static dyn Projection {
        of::<FromEvents<W>>()
    }

    fn effect(&self) -> Effect {
        W::EFFECT
    }

    async fn owed(
        &self,
        _: &mut PgConnection,
        _: &Inspector,
        events: &[Recorded],
    ) -> sqlx::Result<Vec<Owed>> {
        Ok(events.iter().flat_map(W::owes).collect())
    }
}
