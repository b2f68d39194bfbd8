//! The log as a source of events: history from Postgres, then live, without a gap and without a repetition.

use tokio::sync::watch;
use uuid::Uuid;

use super::Head;
use super::page::{Bounds, EventPage, FollowFault};
use super::tail::{Live, Subscription, Tail, TailFault};
use crate::alarms::Alarms;
use crate::limits::PAGE_EVENTS_MAX;
use crate::read::Reader;
use crate::seal::Sealer;

/// Bytes of a page of history.
const PAGE_BYTES: usize = 8 * 1024 * 1024;

/// Every event of every tenant; whoever hands it out answers for who sees what. Cheap to clone.
#[derive(Clone)]
pub struct EventSource {
    reader: Reader,
    head: watch::Receiver<Head>,
    tail: Tail,
    alarms: Alarms,
}

impl EventSource {
    pub(super) fn new(reader: Reader, head: watch::Receiver<Head>, tail: Tail, alarms: Alarms) -> Self {
        Self { reader, head, tail, alarms }
    }

    /// The end of the log, whoever writes it.
    pub fn head(&self) -> watch::Receiver<Head> {
        self.head.clone()
    }

    pub fn tail(&self) -> Tail {
        self.tail.clone()
    }

    pub fn reader(&self) -> &Reader {
        &self.reader
    }

    /// Where those who follow the log say what is wrong with them.
    pub fn alarms(&self) -> &Alarms {
        &self.alarms
    }

    /// Opens what is sealed in the events.
    pub fn sealer(&self) -> &Sealer {
        self.reader.sealer()
    }

    /// Reads on after a position of the present incarnation.
    pub fn after(&self, position: i64) -> Cursor {
        let incarnation = self.head.borrow().incarnation;
        Cursor {
            source: self.clone(),
            incarnation,
            position,
            events: PAGE_EVENTS_MAX,
            live: None,
            is_history_only: false,
        }
    }

    /// The same from Postgres alone, for whoever feeds the broker; through the tail, unless that reads from the broker.
    pub fn after_from_database(&self, position: i64) -> Cursor {
        Cursor { is_history_only: self.tail.reads_from_broker(), ..self.after(position) }
    }
}

/// A place in the log, moved on page by page.
pub struct Cursor {
    source: EventSource,
    incarnation: Uuid,
    position: i64,
    /// Events asked for at once: fewer where events are large, because Postgres sends all it was asked for.
    events: usize,
    live: Option<Subscription>,
    is_history_only: bool,
}

impl Cursor {
    /// The last position that was handed out.
    pub fn position(&self) -> i64 {
        self.position
    }

    pub fn incarnation(&self) -> Uuid {
        self.incarnation
    }

    /// The next page; at the end of the log this waits for one. May be cancelled at any time and, after a fault of
    /// the database, be called again.
    pub async fn next_page(&mut self) -> Result<EventPage, FollowFault> {
        loop {
            let page = match &self.live {
                Some(live) if live.after() <= self.position => self.read_live().await?,
                _ => self.read_history().await?,
            };
            if let Some(page) = page {
                self.position = page.up_to;
                return Ok(page);
            }
        }
    }

    /// Nothing at the end of the log: what comes next comes live.
    async fn read_history(&mut self) -> Result<Option<EventPage>, FollowFault> {
        let head = *self.source.head.borrow();
        if head.incarnation != self.incarnation {
            return Err(FollowFault::IncarnationChanged(head));
        }
        if head.position <= self.position {
            return self.wait_at_end().await;
        }
        let bounds = Bounds { events: self.events, bytes: PAGE_BYTES };
        let page = self.source.reader.page(head, self.position, bounds).await?;
        let is_cut = page.up_to < head.position && page.events.len() < self.events;
        self.events = if is_cut { page.events.len() } else { self.events.saturating_mul(2) };
        self.events = self.events.clamp(1, PAGE_EVENTS_MAX);
        Ok(Some(page))
    }

    async fn wait_at_end(&mut self) -> Result<Option<EventPage>, FollowFault> {
        if !self.is_history_only {
            self.live = Some(self.source.tail.subscribe());
            return Ok(None);
        }
        let (incarnation, position) = (self.incarnation, self.position);
        let is_new = |head: &Head| head.incarnation != incarnation || head.position > position;
        self.source.head.clone().wait_for(is_new).await.map_err(|_| FollowFault::Closed)?;
        Ok(None)
    }

    /// Nothing when the live end has left us behind: what was missed lies in Postgres.
    async fn read_live(&mut self) -> Result<Option<EventPage>, FollowFault> {
        let Some(live) = &mut self.live else {
            return Ok(None);
        };
        match live.next().await {
            Ok(Live::Page(page)) if page.incarnation != self.incarnation => {
                Err(FollowFault::IncarnationChanged(*self.source.head.borrow()))
            }
            Ok(Live::Page(page)) if page.up_to <= self.position => Ok(None),
            Ok(Live::Page(page)) if page.after <= self.position => Ok(Some(page.tail_after(self.position))),
            Ok(Live::Reset(head)) => Err(FollowFault::IncarnationChanged(head)),
            Err(TailFault::Closed) => Err(FollowFault::Closed),
            Ok(Live::Page(_)) | Err(TailFault::Lagged) => {
                self.live = None;
                Ok(None)
            }
        }
    }
}
