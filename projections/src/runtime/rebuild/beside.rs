//! Tables of a read model beside those in use, and the parts that fill them.

use std::borrow::Cow;
use std::sync::Arc;

use async_trait::async_trait;
use eventstore::event::Recorded;
use eventstore::payload::ReadFault;
use eventstore::seal::Sealer;
use serde::Serialize;
use sqlx::PgConnection;

use crate::runtime::install::fnv1a;
use crate::runtime::model::{Begins, Key, Pace, ProjectFault};
use crate::runtime::projection::{OpenedEvent, Projection};

/// What tables beside those in use are made for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Purpose {
    /// To take the place of those in use.
    Rebuild,
    /// To be compared with them, and dropped.
    WhatIf,
}

impl Purpose {
    pub const ALL: [Purpose; 2] = [Purpose::Rebuild, Purpose::WhatIf];

    pub fn name(self) -> &'static str {
        match self {
            Purpose::Rebuild => "rebuild",
            Purpose::WhatIf => "what_if",
        }
    }
}

/// The tables of a read model, made for a purpose.
#[derive(Clone, Copy)]
pub struct Beside {
    pub projection: &'static dyn Projection,
    pub purpose: Purpose,
}

impl Beside {
    pub fn schema(&self) -> String {
        schema(&self.projection.schema(), self.purpose)
    }

    /// The keys are shared out among so many parts, each of which is written by a connection of its own.
    pub fn parts(self, of: u64) -> Vec<Part> {
        (0..of).map(|number| Part { beside: self, number, of }).collect()
    }
}

pub fn schema(in_use: &str, purpose: Purpose) -> String {
    let suffix = match purpose {
        Purpose::Rebuild => "beside",
        Purpose::WhatIf => "what_if",
    };
    format!("{in_use}_{suffix}")
}

/// The names of the checkpoints of all parts begin like this.
pub fn checkpoints(name: &str, purpose: Purpose) -> String {
    format!("{name}/{}/", purpose.name())
}

/// A projection like the one in use, but for where its tables are, and that it takes its share of the keys only. One row
/// belongs to one key, so parts never meet.
pub struct Part {
    beside: Beside,
    number: u64,
    of: u64,
}

#[async_trait]
impl Projection for Part {
    fn name(&self) -> &'static str {
        self.beside.projection.name()
    }

    fn version(&self) -> i32 {
        self.beside.projection.version()
    }

    fn tables(&self) -> &'static str {
        self.beside.projection.tables()
    }

    fn begins(&self) -> Begins {
        Begins::AtTheFirst
    }

    fn pace(&self) -> Pace {
        Pace::AtOnce
    }

    fn key(&self, event: &Recorded) -> Option<Key> {
        let key = self.beside.projection.key(event)?;
        (self.of == 1 || fnv1a(&key.text(event)) % self.of == self.number).then_some(key)
    }

    async fn open(&self, sealer: &Sealer, events: Vec<Arc<Recorded>>) -> Vec<Result<OpenedEvent, ReadFault>> {
        self.beside.projection.open(sealer, events).await
    }

    async fn project(
        &self,
        connection: &mut PgConnection,
        events: &[&OpenedEvent],
    ) -> Result<(), ProjectFault> {
        self.beside.projection.project(connection, events).await
    }

    async fn tidy(&self, connection: &mut PgConnection) -> sqlx::Result<u64> {
        self.beside.projection.tidy(connection).await
    }

    fn checkpoint(&self) -> Cow<'static, str> {
        Cow::Owned(format!("{}{}", checkpoints(self.name(), self.beside.purpose), self.number))
    }

    fn schema(&self) -> String {
        self.beside.schema()
    }
}
