//! One worker in this process: takes what it has hands for, and sees to what has to be done now and then.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use eventstore::backoff::Backoff;
use eventstore::event::Recorded;
use eventstore::fail_points::{FailPoint, pass};
use eventstore::work::{Claim, Lane, LaneLimit, LaneTurn, Taken};
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until, timeout, timeout_at};

use super::attempt::Tools;
use super::erased::Settings;

/// Without being woken, open work is looked for this often: another process may have made it.
const LOOK_EVERY: Duration = Duration::from_millis(100);
/// And this often where nothing was found for a while: whoever made some takes it as long as there are hands.
const LOOK_EVERY_AT_REST: Duration = Duration::from_secs(1);
/// Claims come no closer than this, so that each takes several pieces under load.
const PACE: Duration = Duration::from_millis(1);
const LANES_EVERY: Duration = Duration::from_millis(500);
/// Lanes that one process serves of a worker.
const LANES_MAX: usize = 1_000;
/// What is under way when the process is told to stop may take this long to end.
const DRAIN: Duration = Duration::from_secs(20);
const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

pub struct Crew {
    tools: Arc<Tools>,
    /// Told when there may be something to claim.
    wake: Arc<Notify>,
    settings: Settings,
    tasks: JoinSet<()>,
    lanes: HashMap<Lane, Instant>,
    lanes_at: Instant,
    /// Until the next look, when this one finds nothing.
    look_after: Duration,
}

impl Crew {
    pub fn new(tools: Arc<Tools>, wake: Arc<Notify>) -> Self {
        let settings = tools.worker.settings();
        let (tasks, lanes) = (JoinSet::new(), HashMap::new());
        Self { tools, wake, settings, tasks, lanes, lanes_at: Instant::now(), look_after: LOOK_EVERY }
    }

    /// Works until told to stop, then ends what is under way and gives back the rest.
    pub async fn run(mut self, mut stop: watch::Receiver<bool>) {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut is_well = true;
        while !*stop.borrow() {
            let begun = Instant::now();
            let turn = self.turn().await;
            let next_at = match turn {
                Ok(next_at) => {
                    backoff.reset();
                    is_well = true;
                    next_at
                }
                Err(error) => {
                    if std::mem::take(&mut is_well) {
                        let worker = self.settings.name;
                        tracing::warn!(%error, worker, "work cannot be claimed; trying again");
                    }
                    backoff.pause().await;
                    continue;
                }
            };
            self.rest(begun + PACE, next_at, &mut stop).await;
        }
        self.drain().await;
    }

    /// Waits until there may be something to do and a hand for it.
    async fn rest(&mut self, paced_at: Instant, next_at: Instant, stop: &mut watch::Receiver<bool>) {
        sleep_until(paced_at).await;
        while self.tasks.try_join_next().is_some() {}
        if self.free() == 0 {
            tokio::select! {
                _ = self.tasks.join_next() => {}
                _ = stop.changed() => {}
            }
            return;
        }
        tokio::select! {
            woken = timeout_at(next_at, self.wake.notified()) => {
                if woken.is_ok() {
                    self.look_after = LOOK_EVERY;
                }
            }
            Some(_) = self.tasks.join_next() => {}
            _ = stop.changed() => {}
        }
    }

    fn free(&self) -> usize {
        self.settings.concurrency.saturating_sub(self.tasks.len())
    }

    /// Claims once, of each lane if there are any; says when to look again without being woken.
    async fn turn(&mut self) -> sqlx::Result<Instant> {
        match self.settings.lane_limit {
            Some(limit) => self.turn_in_lanes(limit).await,
            None => {
                let free = self.free();
                pass(FailPoint::BeforeClaim);
                let taken = self.tools.work.claim(self.settings.name, free).await?;
                let (is_all, is_nothing) = (taken.len() < free, taken.is_empty());
                self.begin(taken);
                let look_after = if is_nothing { self.look_after } else { LOOK_EVERY };
                self.look_after = (look_after * 2).min(LOOK_EVERY_AT_REST);
                Ok(if is_all { Instant::now() + look_after } else { Instant::now() })
            }
        }
    }

    async fn turn_in_lanes(&mut self, limit: LaneLimit) -> sqlx::Result<Instant> {
        if self.lanes_at <= Instant::now() {
            self.lanes_at = Instant::now() + LANES_EVERY;
            let now = Instant::now();
            let lanes = self.tools.work.lanes(self.settings.name, LANES_MAX).await?;
            let known = std::mem::take(&mut self.lanes);
            self.lanes = lanes
                .into_iter()
                .map(|lane| (known.get(&lane).copied().unwrap_or(now), lane))
                .map(|(at, lane)| (lane, at))
                .collect();
        }
        let due: Vec<Lane> = self
            .lanes
            .iter()
            .filter(|(_, at)| **at <= Instant::now())
            .map(|(lane, _)| lane.clone())
            .collect();
        for lane in due.into_iter().take(self.free()) {
            let turn = self.tools.work.claim_in_lane(self.settings.name, &lane, limit, self.free()).await?;
            let now = Instant::now();
            match turn {
                LaneTurn::Lost => {
                    self.lanes.remove(&lane);
                }
                LaneTurn::Later(after) => {
                    self.lanes.insert(lane, now + after);
                }
                LaneTurn::Work(taken) => {
                    self.lanes.insert(lane, if taken.is_empty() { now + LOOK_EVERY } else { now });
                    self.begin(taken);
                }
            }
        }
        let next = self.lanes.values().min().copied().unwrap_or(self.lanes_at);
        Ok(next.min(self.lanes_at))
    }

    fn begin(&mut self, taken: Vec<Taken>) {
        if taken.is_empty() {
            return;
        }
        pass(FailPoint::AfterClaim);
        let claimed_at = Instant::now();
        for Taken { claim, event } in taken {
            self.tools.hand.take(&claim);
            self.spawn(claim, Arc::new(event), claimed_at);
        }
    }

    fn spawn(&mut self, claim: Claim, event: Arc<Recorded>, claimed_at: Instant) {
        let (tools, held) = (Arc::clone(&self.tools), claim.clone());
        let task = self.tasks.spawn(async move { tools.attempt(claim, event, claimed_at).await });
        self.tools.hand.is_at(&held, task);
    }

    async fn give_back(&self, claims: &[Claim]) {
        claims.iter().for_each(|claim| self.tools.hand.let_go(claim));
        if let Err(error) = self.tools.work.give_back(claims, self.settings.effect.when_lost()).await {
            tracing::debug!(%error, "claims could not be given back, and will end by themselves");
        }
    }

    async fn drain(mut self) {
        let ending = async { while self.tasks.join_next().await.is_some() {} };
        if timeout(DRAIN, ending).await.is_err() {
            let worker = self.settings.name;
            tracing::warn!(worker, left = self.tasks.len(), "work did not end in time and is stopped");
            self.tasks.shutdown().await;
        }
        // What was begun and must not be begun twice is left to end as unknown.
        let left = self.tools.hand.claims();
        self.give_back(&left).await;
        if self.settings.lane_limit.is_some()
            && let Err(error) = self.tools.work.leave_lanes(self.settings.name).await
        {
            tracing::debug!(%error, "lanes could not be given back, and will end by themselves");
        }
    }
}
