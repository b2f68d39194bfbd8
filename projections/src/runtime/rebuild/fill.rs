//! Reads the log and writes rows: the next page is read while the parts write this one.

use std::sync::Arc;
use std::time::Instant;

use eventstore::chain::Progress;
use eventstore::event::Recorded;
use eventstore::follow::{Bounds, EventPage, FollowFault, Head};
use eventstore::limits::PAGE_EVENTS_MAX;
use eventstore::read::Reader;
use futures_util::future::try_join_all;
use sqlx::PgPool;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use uuid::Uuid;

use super::beside::Part;
use super::failed::RebuildFailed;
use super::live::Live;
use super::throttle::Throttle;
use crate::runtime::batch::Desk;
use crate::runtime::checkpoint::{Holder, LEASE, LOOK_EVERY};
use crate::runtime::fault::Fault;

/// Bytes of a page; with the one that is written meanwhile there are two.
const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// Events of a page, however small they are.
const EVENTS_MAX: usize = 8_000;

/// Told how far it has come.
pub type Tell<'t> = dyn FnMut(Progress) + Send + 't;

pub struct Fill<'p> {
    desks: Vec<Desk<'p>>,
    reader: Reader,
    incarnation: Uuid,
    throttle: Throttle,
    /// Events asked for at once: fewer where events are large, because Postgres sends all it was asked for.
    asked: usize,
    events: i64,
}

impl<'p> Fill<'p> {
    pub async fn open(
        parts: &'p [Part],
        pool: &PgPool,
        reader: &Reader,
        incarnation: Uuid,
    ) -> Result<Self, RebuildFailed> {
        let owner = Uuid::now_v7();
        let mut desks = Vec::with_capacity(parts.len());
        for projection in parts {
            desks.push(open_desk(Holder { projection, owner }, pool, reader).await?);
        }
        let (reader, throttle) = (reader.clone(), Throttle::begin());
        Ok(Self { desks, reader, incarnation, throttle, asked: PAGE_EVENTS_MAX, events: 0 })
    }

    /// Everything up to here is in the rows, in those of each part.
    pub fn at(&self) -> i64 {
        self.desks.iter().map(|desk| desk.at().position).min().unwrap_or_default()
    }

    /// Events that were read since it began.
    pub fn events(&self) -> i64 {
        self.events
    }

    pub fn incarnation(&self) -> Uuid {
        self.incarnation
    }

    /// How far to go: to where the rows in use are, unless those are of another history, which nobody goes on with.
    pub async fn goal(&self, live: &Live) -> Result<i64, RebuildFailed> {
        let end = self.reader.end().await?;
        Ok(if live.is_foreign_to(end) { end.position } else { live.position })
    }

    /// Takes in everything up to a position, and has the database say so.
    pub async fn up_to(&mut self, position: i64, tell: &mut Tell<'_>) -> Result<(), RebuildFailed> {
        let mut next = self.read_after(self.at(), position);
        while self.at() < position {
            let begun = Instant::now();
            let page = next.page().await?;
            self.learn(&page, position);
            next = self.read_after(page.up_to, position);
            self.carry(&page).await?;
            tell(Progress { done: page.up_to, total: position });
            self.rest(page.events.len(), begun).await?;
        }
        self.settle().await
    }

    /// The same without any rest, while somebody waits for it.
    pub async fn hurry_to(&mut self, position: i64) -> Result<(), RebuildFailed> {
        while self.at() < position {
            let page = self.read_after(self.at(), position).page().await?;
            self.learn(&page, position);
            self.carry(&page).await?;
        }
        self.settle().await
    }

    fn learn(&mut self, page: &EventPage, position: i64) {
        let bytes = |event: &Arc<Recorded>| event.meta_text.len() + event.payload_text.len();
        let is_cut = page.up_to < position && page.events.iter().map(bytes).sum::<usize>() >= PAGE_BYTES;
        self.asked = if is_cut { page.events.len() } else { self.asked.saturating_mul(2).min(EVENTS_MAX) };
    }

    fn read_after(&self, after: i64, position: i64) -> Reading {
        let head = Head { incarnation: self.incarnation, position };
        let events = self.asked.min(self.throttle.events(Instant::now()));
        let bounds = Bounds { events, bytes: PAGE_BYTES };
        let reader = self.reader.clone();
        Reading(tokio::spawn(async move { reader.page(head, after, bounds).await }))
    }

    /// Parts may be at different places when they were interrupted.
    async fn carry(&mut self, page: &EventPage) -> Result<(), Fault> {
        self.events += page.events.len() as i64;
        let behind = self.desks.iter_mut().filter(|desk| desk.at().position < page.up_to);
        try_join_all(behind.map(|desk| async move {
            match desk.at().position {
                after if after == page.after => desk.carry(page).await,
                after => desk.carry(&page.tail_after(after)).await,
            }
        }))
        .await?;
        Ok(())
    }

    async fn rest(&mut self, events: usize, begun: Instant) -> Result<(), RebuildFailed> {
        let now = Instant::now();
        if self.throttle.wants_to_look(now) {
            let end = self.reader.end().await?;
            if end.incarnation != self.incarnation {
                return Err(FollowFault::IncarnationChanged(end).into());
            }
            self.throttle.saw(end.position, now);
        }
        sleep(self.throttle.rest(events, now - begun, now)).await;
        Ok(())
    }

    async fn settle(&mut self) -> Result<(), RebuildFailed> {
        try_join_all(self.desks.iter_mut().map(Desk::settle)).await?;
        Ok(())
    }

    /// Gives the leases back, so that whoever takes it up need not wait for their end.
    pub async fn release(&self, pool: &PgPool) {
        for desk in &self.desks {
            desk.release(pool).await;
        }
    }

    /// Keeps the leases while something else is done that takes long.
    pub async fn keep_while<T>(&mut self, doing: impl Future<Output = T>) -> Result<T, RebuildFailed> {
        let mut doing = std::pin::pin!(doing);
        loop {
            match timeout(LEASE / 3, doing.as_mut()).await {
                Ok(done) => return Ok(done),
                Err(_) => try_join_all(self.desks.iter_mut().map(Desk::renew)).await?,
            };
        }
    }
}

/// Another process that wrote it may have been killed: then its lease ends soon.
async fn open_desk<'p>(
    holder: Holder<'p>,
    pool: &PgPool,
    reader: &Reader,
) -> Result<Desk<'p>, RebuildFailed> {
    let begun = Instant::now();
    while begun.elapsed() < LEASE * 2 {
        if let Some(at) = holder.acquire(pool).await? {
            return Ok(Desk::open(holder, pool.clone(), reader.clone(), at).await?);
        }
        sleep(LOOK_EVERY).await;
    }
    Err(RebuildFailed::Busy(holder.projection.name()))
}

/// A page on its way; nobody reads on when it is dropped.
struct Reading(JoinHandle<Result<EventPage, FollowFault>>);

impl Reading {
    async fn page(mut self) -> Result<EventPage, FollowFault> {
        (&mut self.0).await.unwrap_or(Err(FollowFault::Closed))
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        self.0.abort();
    }
}
