//! Makes read models anew beside those in use, while the system runs: compared row by row at one position, and switched
//! in one transaction.

mod beside;
mod build;
mod discard;
mod failed;
mod fill;
mod live;
mod meet;
mod seen;
mod switch;
mod throttle;
mod turn;
mod verify;
mod words;

pub use beside::Purpose;
pub use discard::{Dropped, drop_unused};
pub use failed::RebuildFailed;
pub use fill::Tell;
pub use seen::{SeeFailed, Seen, SetAside, Size, State, Told, list, show};
pub use verify::{Compared, Difference, Kind, Verified};
pub use words::{came, came_of_dropping, lines, next_step};

use std::time::Instant;

use eventstore::database::{self, Role};
use eventstore::read::Reader;
use serde::Serialize;
use sqlx::PgConnection;

use crate::runtime::projection::Projection;
use beside::Beside;
use fill::Fill;
use live::Lock;
use turn::Turn;

pub struct RebuildOptions {
    pub database_url: String,
    pub reader: Reader,
    /// One of [`crate::all`]; never an intake, which would have its effects repeated.
    pub projection: &'static dyn Projection,
    /// Compare with the rows in use, and do not switch if there is a difference.
    pub verify: bool,
    pub switch: bool,
}

/// What making a read model anew came to.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Rebuilt {
    pub name: &'static str,
    pub version: i32,
    /// Where the new rows are.
    pub position: i64,
    /// Whether it was begun by a process that was interrupted.
    pub resumed: bool,
    /// Events that were read, and how fast.
    pub events: i64,
    pub seconds: f64,
    pub events_per_s: f64,
    pub verified: Option<Verified>,
    /// Whether the new rows are those in use.
    pub switched: bool,
}

impl Rebuilt {
    pub fn holds(&self) -> bool {
        self.verified.as_ref().is_none_or(Verified::holds)
    }
}

/// Makes a read model anew. One that was interrupted goes on where it was.
pub async fn rebuild(options: RebuildOptions, tell: &mut Tell<'_>) -> Result<Rebuilt, RebuildFailed> {
    let beside = Beside { projection: options.projection, purpose: Purpose::Rebuild };
    let mut turn = Turn::take(&options.database_url, options.projection.name()).await?;
    let made = make(&options, beside, turn.connection(), tell).await;
    turn.give_back().await;
    made
}

/// The same with the running code, only to see what would differ; nothing of it is left.
pub async fn what_if(
    database_url: &str,
    reader: &Reader,
    projection: &'static dyn Projection,
    tell: &mut Tell<'_>,
) -> Result<Rebuilt, RebuildFailed> {
    let beside = Beside { projection, purpose: Purpose::WhatIf };
    let (database_url, reader) = (database_url.to_owned(), reader.clone());
    let options = RebuildOptions { database_url, reader, projection, verify: true, switch: false };
    let mut turn = Turn::take(&options.database_url, projection.name()).await?;
    let made = make(&options, beside, turn.connection(), tell).await;
    let removed = build::remove(turn.connection(), &options.database_url, beside).await;
    turn.give_back().await;
    removed.and(made)
}

async fn make(
    options: &RebuildOptions,
    beside: Beside,
    connection: &mut PgConnection,
    tell: &mut Tell<'_>,
) -> Result<Rebuilt, RebuildFailed> {
    let live = live::find(&mut *connection, beside.projection, Lock::None).await?;
    let end = options.reader.end().await?;
    if options.verify && live.is_foreign_to(end) {
        return Err(RebuildFailed::ForeignHistory(beside.projection.name()));
    }
    let build = build::take_up(&mut *connection, &options.database_url, beside, end.incarnation).await?;
    let parts = beside.parts(build.parts);
    let pool = database::pool(&options.database_url, Role::Projector, build.parts as u32 + 1)?;
    let mut fill = Fill::open(&parts, &pool, &options.reader, end.incarnation).await?;
    let making = Making { options, beside, begun: Instant::now(), resumed: build.is_resumed };
    let made = making.run(&mut fill, connection, tell).await;
    fill.release(&pool).await;
    pool.close().await;
    made
}

struct Making<'a> {
    options: &'a RebuildOptions,
    beside: Beside,
    begun: Instant,
    resumed: bool,
}

impl Making<'_> {
    async fn run(
        &self,
        fill: &mut Fill<'_>,
        connection: &mut PgConnection,
        tell: &mut Tell<'_>,
    ) -> Result<Rebuilt, RebuildFailed> {
        let projection = self.beside.projection;
        fill.take_in(&mut *connection, projection, tell).await?;
        fill.come_close(&mut *connection, projection, tell).await?;
        let (events, seconds) = (fill.events(), self.begun.elapsed().as_secs_f64());
        build::is_built(&mut *connection, self.beside).await?;
        let verified = match self.options.verify {
            true => Some(self.verify(fill, &mut *connection, tell).await?),
            false => None,
        };
        let switches = self.options.switch && verified.as_ref().is_none_or(Verified::holds);
        if switches {
            switch::switch(fill, connection, &self.options.database_url, self.beside, tell).await?;
        }
        Ok(Rebuilt {
            name: projection.name(),
            version: projection.version(),
            position: fill.at(),
            resumed: self.resumed,
            events,
            seconds,
            events_per_s: events as f64 / seconds.max(0.001),
            verified,
            switched: switches,
        })
    }

    async fn verify(
        &self,
        fill: &mut Fill<'_>,
        connection: &mut PgConnection,
        tell: &mut Tell<'_>,
    ) -> Result<Verified, RebuildFailed> {
        let (url, projection) = (&self.options.database_url, self.beside.projection);
        let (snapshot, live) = fill.meet(connection, url, projection, tell).await?;
        fill.keep_while(snapshot.compare(self.beside, &live)).await?
    }
}
