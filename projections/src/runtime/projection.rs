//! A read model without its types, so that the runtime can hold a list of them.

use std::any::Any;
use std::borrow::Cow;
use std::marker::PhantomData;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use async_trait::async_trait;
use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use futures_util::FutureExt;
use sqlx::PgConnection;

use super::model::{Begins, Key, Pace, ProjectFault, ReadModel};

/// What a read model's fold sees of an event; only that read model knows its type.
pub type OpenedEvent = Box<dyn Any + Send + Sync>;

#[async_trait]
pub trait Projection: Send + Sync {
    fn name(&self) -> &'static str;
    fn version(&self) -> i32;
    fn tables(&self) -> &'static str;
    fn begins(&self) -> Begins;
    fn pace(&self) -> Pace;
    fn key(&self, event: &Recorded) -> Option<Key>;
    /// One outcome for each event, in their order.
    async fn open(&self, sealer: &Sealer, events: Vec<Arc<Recorded>>) -> Vec<Result<OpenedEvent, ReadFault>>;
    async fn project(
        &self,
        connection: &mut PgConnection,
        events: &[&OpenedEvent],
    ) -> Result<(), ProjectFault>;
    async fn tidy(&self, connection: &mut PgConnection) -> sqlx::Result<u64>;

    /// Under which name its checkpoint is kept, and what is set aside.
    fn checkpoint(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.name())
    }

    /// The schema of this version's tables.
    fn schema(&self) -> String {
        format!("{}_v{}", self.name(), self.version())
    }
}

/// A line of the list of read models.
pub const fn of<M: ReadModel>() -> &'static dyn Projection {
    &Of::<M>(PhantomData)
}

struct Of<M>(PhantomData<fn() -> M>);

#[async_trait]
impl<M: ReadModel> Projection for Of<M> {
    fn name(&self) -> &'static str {
        M::NAME
    }

    fn version(&self) -> i32 {
        M::VERSION
    }

    fn tables(&self) -> &'static str {
        M::TABLES
    }

    fn begins(&self) -> Begins {
        M::BEGINS
    }

    fn pace(&self) -> Pace {
        M::PACE
    }

    fn key(&self, event: &Recorded) -> Option<Key> {
        M::key(event)
    }

    async fn open(&self, sealer: &Sealer, events: Vec<Arc<Recorded>>) -> Vec<Result<OpenedEvent, ReadFault>> {
        let mut opened = Vec::with_capacity(events.len());
        for event in events {
            opened.push(M::open(sealer, event).await.map(|event| Box::new(event) as OpenedEvent));
        }
        opened
    }

    async fn project(
        &self,
        connection: &mut PgConnection,
        events: &[&OpenedEvent],
    ) -> Result<(), ProjectFault> {
        let events: Vec<&M::Event> = events.iter().filter_map(|event| event.downcast_ref()).collect();
        // A panic leaves nothing behind but what the transaction undoes.
        let projecting = async { M::project(connection, &events).await };
        AssertUnwindSafe(projecting).catch_unwind().await.unwrap_or(Err(ProjectFault::Panicked))
    }

    async fn tidy(&self, connection: &mut PgConnection) -> sqlx::Result<u64> {
        M::tidy(connection).await
    }
}
