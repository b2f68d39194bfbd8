//! One client's stream: what it gets, and when it ends. Written on by whoever sends it, so a client that does not read
//! holds up nobody but itself.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use eventstore::backoff::Backoff;
use eventstore::follow::EventPage;
use jiff::Timestamp;
use tokio::sync::watch;
use tokio::time::{Instant, sleep_until};

use super::follower::{CaughtUp, Follower, Sources, Step};
use super::frames;
use super::seats::Seat;
use super::viewer::{Verdict, Viewer};
use crate::Api;
use crate::http::PositionToken;

/// How often rights are looked at, besides what the events themselves say about them.
const CHECK_EVERY: Duration = Duration::from_secs(2);
/// Rights that turn out to be others are on their way with the events. Taken over before those come, they would hide
/// what happened while the old ones held; a client that is behind by more than this gets them ahead of the events.
const RIGHTS_COME_WITHIN: Duration = Duration::from_secs(2);
/// Nothing is sent on rights that were last known to hold longer ago.
const RIGHTS_HOLD: Duration = Duration::from_secs(5);
const HEARTBEAT_EVERY: Duration = Duration::from_secs(15);
const WATERMARK_EVERY: Duration = Duration::from_secs(5);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(1);

/// Why a stream ends, as clients are told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    TokenExpired,
    SessionEnded,
    KeyEnded,
    MembershipEnded,
    /// The person, or the tenant, is let in no more.
    KeptOut,
    ServerStopping,
}

impl End {
    fn as_str(self) -> &'static str {
        match self {
            End::TokenExpired => "token_expired",
            End::SessionEnded => "session_ended",
            End::KeyEnded => "key_ended",
            End::MembershipEnded => "membership_ended",
            End::KeptOut => "kept_out",
            End::ServerStopping => "server_stopping",
        }
    }
}

/// A page on its way to the client.
struct Delivery {
    page: Arc<EventPage>,
    /// The event that comes next.
    next: usize,
    is_live: bool,
}

pub struct Stream {
    stopping: watch::Receiver<bool>,
    api: Api,
    sources: Sources,
    viewer: Viewer,
    follower: Follower,
    delivery: Option<Delivery>,
    /// Everything up to here was sent or is none of the client's business.
    looked_to: i64,
    /// The last position that the client was told.
    told: i64,
    told_at: Instant,
    said_at: Instant,
    checked_at: Instant,
    check_at: Instant,
    /// Since when the rights are known to be others than those that events were judged by.
    outdated_since: Option<Instant>,
    backoff: Backoff,
    is_open: bool,
    is_over: bool,
    _seat: Seat,
}

impl Stream {
    pub fn new(api: Api, sources: Sources, viewer: Viewer, follower: Follower, seat: Seat) -> Self {
        let (now, position) = (Instant::now(), follower.position());
        Self {
            stopping: api.stopping.clone(),
            api,
            sources,
            viewer,
            follower,
            delivery: None,
            looked_to: position,
            told: position,
            told_at: now,
            said_at: now,
            checked_at: now,
            check_at: now + CHECK_EVERY,
            outdated_since: None,
            backoff: Backoff::new(FIRST_PAUSE, LONGEST_PAUSE),
            is_open: false,
            is_over: false,
            _seat: seat,
        }
    }

    /// What is sent next; nothing at the end.
    pub async fn next(&mut self) -> Option<Bytes> {
        if self.is_over {
            return None;
        }
        if !self.is_open {
            self.is_open = true;
            return Some(frames::opening(self.token(self.told)));
        }
        loop {
            if let Some(frame) = self.step().await {
                self.said_at = Instant::now();
                return Some(frame);
            }
        }
    }

    async fn step(&mut self) -> Option<Bytes> {
        if *self.stopping.borrow() {
            return Some(self.end(End::ServerStopping));
        }
        if Instant::now() >= self.check_at {
            return self.look_after().await;
        }
        match self.delivery.take() {
            Some(delivery) if self.rights_hold() => self.deliver(delivery).await,
            held => {
                self.delivery = held;
                self.wait().await
            }
        }
    }

    fn rights_hold(&self) -> bool {
        self.checked_at.elapsed() < RIGHTS_HOLD
    }

    /// Sends the next event of a page that the client may see.
    async fn deliver(&mut self, mut delivery: Delivery) -> Option<Bytes> {
        while let Some(event) = delivery.page.events.get(delivery.next) {
            match self.viewer.judge(event) {
                Verdict::End => return Some(self.end(End::MembershipEnded)),
                Verdict::Ask => {
                    self.delivery = Some(delivery);
                    return self.ask_for_rights().await;
                }
                Verdict::Skip => {}
                Verdict::Send => match self.written(&delivery).await {
                    Ok(None) => {}
                    Ok(Some(frame)) => {
                        self.tell(event.position);
                        delivery.next += 1;
                        self.delivery = Some(delivery);
                        return Some(frame);
                    }
                    Err(error) => {
                        tracing::debug!(%error, "an event cannot be opened now; trying again");
                        self.delivery = Some(delivery);
                        self.backoff.pause().await;
                        return None;
                    }
                },
            }
            self.looked_to = event.position;
            delivery.next += 1;
        }
        self.looked_to = delivery.page.up_to;
        None
    }

    async fn written(&mut self, delivery: &Delivery) -> Result<Option<Bytes>, sqlx::Error> {
        let (page, frames) = (&delivery.page, &self.api.events.frames);
        let event = &page.events[delivery.next];
        let telling = self.viewer.filter.telling();
        let frame = match delivery.is_live {
            true => frames.shared(page.incarnation, event, telling).await?,
            false => frames.own(page.incarnation, event, telling).await?,
        };
        self.backoff.reset();
        Ok(frame)
    }

    async fn wait(&mut self) -> Option<Bytes> {
        let (may_read, is_idle) = (self.rights_hold(), self.delivery.is_none());
        tokio::select! {
            stopping = self.stopping.changed() => {
                stopping.is_err().then(|| self.end(End::ServerStopping))
            }
            () = sleep_until(self.check_at) => None,
            step = self.follower.next(&self.viewer), if may_read && is_idle => self.take(step),
        }
    }

    fn take(&mut self, step: Step) -> Option<Bytes> {
        match step {
            Step::Live(page) => {
                // Positions are dense, so what is known already can be counted.
                let next = usize::try_from(self.follower.position() - page.after).unwrap_or(0);
                self.begin(Delivery { page, next, is_live: true });
                None
            }
            Step::Past(caught_up) => self.take_past(caught_up),
            Step::Reset(head) => {
                self.is_over = true;
                Some(frames::reset(head.into()))
            }
            Step::Closed => Some(self.end(End::ServerStopping)),
        }
    }

    /// A page that was read with other rights than those of now is read again.
    fn take_past(&mut self, caught_up: CaughtUp) -> Option<Bytes> {
        let CaughtUp { page, read_with, membership } = caught_up;
        if !self.viewer.adopt(membership) {
            return Some(self.end(End::MembershipEnded));
        }
        if self.viewer.version() == read_with {
            self.begin(Delivery { page: Arc::new(page), next: 0, is_live: false });
        }
        None
    }

    fn begin(&mut self, delivery: Delivery) {
        self.follower.move_to(delivery.page.up_to);
        self.delivery = Some(delivery);
    }

    /// What is due from time to time.
    async fn look_after(&mut self) -> Option<Bytes> {
        self.check_at = Instant::now() + CHECK_EVERY;
        if let Some(end) = self.check().await {
            return Some(self.end(end));
        }
        if self.looked_to > self.told && self.told_at.elapsed() >= WATERMARK_EVERY {
            self.tell(self.looked_to);
            return Some(frames::watermark(self.token(self.told)));
        }
        let is_quiet = self.said_at.elapsed() + CHECK_EVERY > HEARTBEAT_EVERY;
        is_quiet.then(frames::heartbeat)
    }

    /// Why the stream has to end. What cannot be asked for now is asked for again; meanwhile nothing is sent for long.
    async fn check(&mut self) -> Option<End> {
        let principal = &self.viewer.principal;
        if Timestamp::now() >= principal.expires_at {
            return Some(End::TokenExpired);
        }
        match self.api.still_holds(principal).await {
            Ok(true) => {}
            Ok(false) if principal.key().is_some() => return Some(End::KeyEnded),
            Ok(false) => return Some(End::SessionEnded),
            Err(_) => return None,
        }
        if !self.api.lets_in(principal).await.ok()? {
            return Some(End::KeptOut);
        }
        let known = self.api.memberships.of(&principal.tenant, &principal.user).await.ok()?;
        if self.viewer.is(known.as_deref()) {
            self.outdated_since = None;
        } else if self.is_long_outdated() {
            // Until now the change was left to come with the events, which bring what was allowed before it first.
            let membership = self.sources.membership(&self.viewer.principal).await.ok()?;
            if !self.viewer.adopt(membership) {
                return Some(End::MembershipEnded);
            }
        }
        self.checked_at = Instant::now();
        None
    }

    fn is_long_outdated(&mut self) -> bool {
        self.outdated_since.get_or_insert_with(Instant::now).elapsed() >= RIGHTS_COME_WITHIN
    }

    async fn ask_for_rights(&mut self) -> Option<Bytes> {
        match self.sources.membership(&self.viewer.principal).await {
            Ok(membership) => (!self.viewer.adopt(membership)).then(|| self.end(End::MembershipEnded)),
            Err(error) => {
                tracing::debug!(error, "a membership cannot be asked for; trying again");
                self.backoff.pause().await;
                None
            }
        }
    }

    fn tell(&mut self, position: i64) {
        (self.looked_to, self.told, self.told_at) = (position, position, Instant::now());
    }

    fn token(&self, position: i64) -> PositionToken {
        PositionToken { incarnation: self.follower.incarnation(), position }
    }

    fn end(&mut self, end: End) -> Bytes {
        self.is_over = true;
        frames::end(end.as_str())
    }
}
