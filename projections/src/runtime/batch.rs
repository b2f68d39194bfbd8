//! Makes a page of events into rows: rows and checkpoint change in one transaction.
//!
//! When an event is to blame for a failure the page is tried again a few times, and then key by key: the guilty event
//! and what comes after it about the same key are set aside, and the rest goes on.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use eventstore::backoff::Backoff;
use eventstore::event::Recorded;
use eventstore::fail_points::{FailPoint, pass};
use eventstore::follow::{EventPage, FollowFault};
use eventstore::read::Reader;
use sqlx::{AssertSqlSafe, Connection, PgConnection, PgPool, PgTransaction};
use tokio::time::{Instant, timeout};

use super::checkpoint::{Checkpoint, Holder, RENEW_EVERY};
use super::fault::{Fault, blame_for_projecting, blame_for_reading};
use super::model::Key;
use super::park::{self, Waiting};
use super::projection::OpenedEvent;

/// Tries of a page before the guilty event is looked for.
const TRIES: u32 = 3;
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_millis(500);
/// Beyond every timeout that Postgres keeps itself.
const BATCH_TIMEOUT: Duration = Duration::from_secs(40);
/// The checkpoint moves over events that are of no use no sooner than this after it last moved: whoever reads elsewhere
/// sees it a little later, and under load most of the statements are saved.
const SKIP_PACE: Duration = Duration::from_millis(20);

/// An event that the read model has a use for.
struct Wanted {
    event: Arc<Recorded>,
    key: Key,
}

impl Wanted {
    fn waiting(&self) -> Waiting {
        Waiting { key: self.key.text(&self.event), position: self.event.position }
    }
}

/// An event on its way into rows: readable, or what is to blame for that it is not.
struct Ready<'a> {
    wanted: &'a Wanted,
    opened: Result<OpenedEvent, String>,
}

/// What one try came to.
enum Trouble {
    Fault(Fault),
    /// An event is to blame, for this reason.
    Blame(String),
    /// Keys were set aside or taken back by somebody else.
    OtherKeys,
}

impl<E: Into<Fault>> From<E> for Trouble {
    fn from(error: E) -> Self {
        Self::Fault(error.into())
    }
}

/// A projection that this process owns, at a place of the log.
pub struct Desk<'p> {
    holder: Holder<'p>,
    pool: PgPool,
    reader: Reader,
    at: Checkpoint,
    /// What the database says: behind `at` by events that were of no use.
    kept: Checkpoint,
    kept_at: Instant,
    parked: HashSet<String>,
}

impl<'p> Desk<'p> {
    pub async fn open(
        holder: Holder<'p>,
        pool: PgPool,
        reader: Reader,
        at: Checkpoint,
    ) -> Result<Self, Fault> {
        let parked = park::keys(&pool, holder.projection).await?;
        Ok(Self { holder, pool, reader, at, kept: at, kept_at: Instant::now(), parked })
    }

    pub fn at(&self) -> Checkpoint {
        self.at
    }

    /// When rows or checkpoint were written last.
    pub fn kept_at(&self) -> Instant {
        self.kept_at
    }

    /// How long the database may be left as it is while nothing comes.
    pub fn patience(&self) -> Duration {
        if self.kept == self.at { RENEW_EVERY } else { SKIP_PACE }
    }

    /// Renews the lease of a projection that has nothing to do, and keeps how far it has come.
    pub async fn renew(&mut self) -> Result<(), Fault> {
        let moving = self.holder.advance(&self.pool, self.kept, self.at.position);
        match timeout(BATCH_TIMEOUT, moving).await {
            Err(_) => Err(Fault::TooLong),
            Ok(moved) => moved?.map(|_| self.keep()).ok_or(Fault::Lost),
        }
    }

    /// Has the database say how far it has come.
    pub async fn settle(&mut self) -> Result<(), Fault> {
        if self.kept == self.at { Ok(()) } else { self.renew().await }
    }

    /// Gives the lease back; if that fails it ends by itself.
    pub async fn release(&self, pool: &PgPool) {
        if let Err(error) = self.holder.release(pool).await {
            tracing::debug!(%error, "a lease could not be given back, and will end by itself");
        }
    }

    fn keep(&mut self) {
        self.kept = self.at;
        self.kept_at = Instant::now();
    }

    /// Carries a page, everything or nothing of it; says how many of its events the read model had a use for.
    pub async fn carry(&mut self, page: &EventPage) -> Result<usize, Fault> {
        if page.after != self.at.position {
            // Nothing may be skipped, whoever handed out the page.
            return Err(FollowFault::Hole { after: self.at.position, found: Some(page.after + 1) }.into());
        }
        let wanted = self.wanted(&page.events);
        if !wanted.is_empty() {
            self.write(&wanted, page.up_to).await?;
        }
        self.at.position = page.up_to;
        if !wanted.is_empty() {
            self.keep();
        } else if self.kept_at.elapsed() >= SKIP_PACE {
            self.renew().await?;
        }
        Ok(wanted.len())
    }

    fn wanted(&self, events: &[Arc<Recorded>]) -> Vec<Wanted> {
        let wanted = |event: &Arc<Recorded>| {
            let key = self.holder.projection.key(event)?;
            Some(Wanted { event: Arc::clone(event), key })
        };
        events.iter().filter_map(wanted).collect()
    }

    async fn write(&mut self, wanted: &[Wanted], up_to: i64) -> Result<(), Fault> {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut tries = 1;
        loop {
            let by_key = tries > TRIES;
            match self.attempt(wanted, up_to, by_key).await {
                Ok(set_aside) => {
                    self.parked.extend(set_aside);
                    return Ok(());
                }
                Err(Trouble::Fault(fault)) => return Err(fault),
                Err(Trouble::OtherKeys) => {
                    self.parked = park::recount(&self.pool, self.holder.projection).await?;
                    backoff.pause().await;
                }
                Err(Trouble::Blame(reason)) => {
                    let projection = self.holder.projection.name();
                    tracing::warn!(projection, up_to, reason, "a page cannot be projected; trying again");
                    tries += 1;
                    backoff.pause().await;
                }
            }
        }
    }

    /// One transaction on a connection of its own; returns the keys that were set aside.
    async fn attempt(&self, wanted: &[Wanted], up_to: i64, by_key: bool) -> Result<Vec<String>, Trouble> {
        let mut queued = Vec::new();
        let mut free = Vec::with_capacity(wanted.len());
        for each in wanted {
            if self.is_parked(each) { queued.push(each.waiting()) } else { free.push(each) }
        }
        let ready = self.open_events(&free).await?;
        if !by_key && let Some(reason) = ready.iter().find_map(|each| each.opened.as_ref().err()) {
            return Err(Trouble::Blame(reason.clone()));
        }
        let mut connection = self.pool.acquire().await?;
        let work = async {
            let begin = format!("begin; set local search_path = {}, public", self.holder.projection.schema());
            let mut transaction = connection.begin_with(AssertSqlSafe(begin)).await?;
            let parked_keys =
                self.holder.advance(&mut *transaction, self.kept, up_to).await?.ok_or(Fault::Lost)?;
            if parked_keys as usize != self.parked.len() {
                return Err(Trouble::OtherKeys);
            }
            park::queue(&mut transaction, self.holder.projection, &queued).await?;
            let set_aside = match by_key {
                false => self.project(&mut transaction, &ready).await.map(|()| Vec::new())?,
                true => self.project_by_key(&mut transaction, &ready).await?,
            };
            pass(FailPoint::BeforeCheckpoint);
            transaction.commit().await?;
            pass(FailPoint::AfterCheckpoint);
            Ok(set_aside)
        };
        let outcome = timeout(BATCH_TIMEOUT, work).await;
        outcome.unwrap_or_else(|_| {
            connection.close_on_drop();
            Err(Trouble::Fault(Fault::TooLong))
        })
    }

    fn is_parked(&self, wanted: &Wanted) -> bool {
        !self.parked.is_empty() && self.parked.contains(&wanted.key.text(&wanted.event))
    }

    async fn open_events<'a>(&self, wanted: &[&'a Wanted]) -> Result<Vec<Ready<'a>>, Fault> {
        let events = wanted.iter().map(|each| Arc::clone(&each.event)).collect();
        let opened = self.holder.projection.open(self.reader.sealer(), events).await;
        let ready = |(wanted, opened): (&&'a Wanted, _)| match opened {
            Ok(opened) => Ok(Ready { wanted, opened: Ok(opened) }),
            Err(fault) => match blame_for_reading(&fault) {
                Some(reason) => Ok(Ready { wanted, opened: Err(reason) }),
                None => Err(Fault::Read(fault)),
            },
        };
        wanted.iter().zip(opened).map(ready).collect()
    }

    async fn project(&self, connection: &mut PgConnection, ready: &[Ready<'_>]) -> Result<(), Trouble> {
        let opened: Vec<&OpenedEvent> = ready.iter().filter_map(|each| each.opened.as_ref().ok()).collect();
        if opened.is_empty() {
            return Ok(());
        }
        let projected = self.holder.projection.project(connection, &opened).await;
        projected.map_err(|fault| match blame_for_projecting(&fault) {
            Some(reason) => Trouble::Blame(reason),
            None => Trouble::Fault(Fault::Project(fault)),
        })
    }

    async fn project_by_key(
        &self,
        transaction: &mut PgTransaction<'_>,
        ready: &[Ready<'_>],
    ) -> Result<Vec<String>, Trouble> {
        let mut set_aside = Vec::new();
        for (key, group) in groups(ready) {
            if let Some(reason) = self.project_in_order(transaction, &group).await? {
                tracing::error!(
                    alarm = "projection_parked",
                    projection = self.holder.projection.name(),
                    key,
                    reason,
                    "events cannot be projected and are set aside"
                );
                set_aside.push(key);
            }
        }
        Ok(set_aside)
    }

    /// Projects the events of one key up to the one that is to blame, and sets that and the rest aside. Why, if so.
    async fn project_in_order(
        &self,
        transaction: &mut PgTransaction<'_>,
        group: &[&Ready<'_>],
    ) -> Result<Option<String>, Trouble> {
        for (number, each) in group.iter().enumerate() {
            let Some(reason) = self.project_one(transaction, each).await? else {
                continue;
            };
            let waiting: Vec<Waiting> = group[number..].iter().map(|each| each.wanted.waiting()).collect();
            park::set_aside(transaction, self.holder.projection, &waiting[0].key, &reason).await?;
            park::queue(transaction, self.holder.projection, &waiting).await?;
            return Ok(Some(reason));
        }
        Ok(None)
    }

    /// Why the event is to blame, if it is; then nothing of it is left.
    async fn project_one(
        &self,
        transaction: &mut PgTransaction<'_>,
        ready: &Ready<'_>,
    ) -> Result<Option<String>, Trouble> {
        if let Err(reason) = &ready.opened {
            return Ok(Some(reason.clone()));
        }
        let mut attempt = transaction.begin().await?;
        match self.project(&mut attempt, std::slice::from_ref(ready)).await {
            Ok(()) => {
                attempt.commit().await?;
                Ok(None)
            }
            Err(Trouble::Blame(reason)) => {
                attempt.rollback().await?;
                Ok(Some(reason))
            }
            Err(trouble) => Err(trouble),
        }
    }
}

/// Events by what they are about, each in order, the first key first.
fn groups<'r, 'a>(ready: &'r [Ready<'a>]) -> Vec<(String, Vec<&'r Ready<'a>>)> {
    let mut groups: Vec<(String, Vec<&Ready<'a>>)> = Vec::new();
    let mut places = HashMap::new();
    for each in ready {
        let key = each.wanted.key.text(&each.wanted.event);
        let place = *places.entry(key.clone()).or_insert(groups.len());
        if place == groups.len() {
            groups.push((key, Vec::new()));
        }
        groups[place].1.push(each);
    }
    groups
}
