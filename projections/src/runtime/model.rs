//! What a read model says about itself. The runtime does the rest: reads in order, writes once, and goes on where it
//! was.

use std::sync::Arc;

use cqrs_es::DomainEvent;
use domain::id::Id;
use domain::identity::TenantId;
use eventstore::event::{Meta, Recorded};
use eventstore::payload::{self, ReadFault};
use eventstore::seal::Sealer;
use sqlx::PgConnection;

/// Rows made of events, and of nothing else: the same log always gives the same rows.
pub trait ReadModel: Send + Sync + 'static {
    /// A noun that a user would say. The main table has this name.
    const NAME: &'static str;
    /// Raised with every change of the tables or of what the rows say: each version has a schema of its own, and
    /// begins with the first event.
    const VERSION: i32;
    /// `tables.sql`, run once in the schema of this version. Every table has a column `tenant`.
    const TABLES: &'static str;
    /// Where it begins when it is new.
    const BEGINS: Begins = Begins::AtTheFirst;
    const PACE: Pace = Pace::AsAwaited;

    /// What the fold sees of an event.
    type Event: Send + Sync + 'static;

    /// What an event is about; nothing when this read model has no use for it.
    fn key(event: &Recorded) -> Option<Key>;

    /// Reads an event that has a key.
    fn open(
        sealer: &Sealer,
        event: Arc<Recorded>,
    ) -> impl Future<Output = Result<Self::Event, ReadFault>> + Send;

    /// Loads the rows that the events are about, folds the events into them, and writes them in one statement, in
    /// the order of their primary key. Tables are named without a schema.
    fn project(
        connection: &mut PgConnection,
        events: &[&Self::Event],
    ) -> impl Future<Output = Result<(), ProjectFault>> + Send;

    /// Drops some of what is past keeping and says how many rows that was; called until nothing is left to drop.
    fn tidy(_: &mut PgConnection) -> impl Future<Output = sqlx::Result<u64>> + Send {
        async { Ok(0) }
    }
}

/// The first event that something new takes in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Begins {
    /// The first of the log: what there is to know is known.
    AtTheFirst,
    /// The next to come: what happened before is nobody's affair any more.
    AtTheHead,
}

/// How soon events are written after the ones before them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// At once while somebody waits for them, and otherwise after a while, with whatever has come until then: a
    /// transaction costs the same for one event as for many.
    AsAwaited,
    /// Always at once: something else follows from the rows.
    AtOnce,
}

/// What is set aside together when one of its events cannot be projected. Every row belongs to one key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Key {
    /// The aggregate that the event is of.
    Aggregate,
    /// Something the event names.
    By(String),
    /// The whole read model.
    Single,
}

impl Key {
    pub(super) fn text(&self, event: &Recorded) -> String {
        match self {
            Key::Aggregate => event.stream.to_string(),
            Key::By(name) => name.clone(),
            Key::Single => String::new(),
        }
    }
}

/// An event of the domain, and where it lies in the log.
#[derive(Debug, Clone)]
pub struct Opened<E> {
    pub recorded: Arc<Recorded>,
    pub event: E,
}

impl<E: DomainEvent> Opened<E> {
    pub async fn read(sealer: &Sealer, recorded: Arc<Recorded>) -> Result<Self, ReadFault> {
        let event = payload::read(sealer, &recorded).await?;
        Ok(Self { recorded, event })
    }
}

impl<E> Opened<E> {
    /// The id of the stream, typed by what it names.
    pub fn id<Kind>(&self) -> Result<Id<Kind>, ProjectFault> {
        Id::new(self.recorded.stream.id.as_str())
            .map_err(|_| ProjectFault::misfit(&self.recorded, "its stream has no id"))
    }

    pub fn tenant(&self) -> &TenantId {
        &self.recorded.stream.tenant
    }

    /// Nothing of its stream came before it, so no row did.
    pub fn begins_its_stream(&self) -> bool {
        self.recorded.version == 1
    }

    /// The event speaks of a row that is not there, although the aggregate would have refused.
    pub fn has_no_row(&self) -> ProjectFault {
        ProjectFault::misfit(&self.recorded, "there is no row for it")
    }
}

/// An event that is only noted, whatever it says.
pub type Noted = Opened<Meta>;

impl Noted {
    pub fn note(recorded: Arc<Recorded>) -> Result<Self, ReadFault> {
        let event = recorded.meta()?;
        Ok(Self { recorded, event })
    }
}

/// Why events could not be made into rows.
#[derive(Debug, thiserror::Error)]
pub enum ProjectFault {
    #[error("the tables cannot be read or written")]
    Database(#[from] sqlx::Error),
    #[error("event {position} does not fit what came before it: {reason}")]
    Misfit { position: i64, reason: &'static str },
    /// What the panic says is left out: it may be personal.
    #[error("the fold panicked")]
    Panicked,
}

impl ProjectFault {
    pub fn misfit(event: &Recorded, reason: &'static str) -> Self {
        Self::Misfit { position: event.position, reason }
    }
}
