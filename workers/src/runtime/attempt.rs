//! One try of one piece of work: the effect, then what follows from it.

use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use eventstore::alarms::Alarm;
use eventstore::backoff::Backoff;
use eventstore::event::{Recorded, Unreadable};
use eventstore::execute::{CommandError, Executor, Plan, Request};
use eventstore::fail_points::{FailPoint, pass};
use eventstore::work::{Claim, Class, LEASE, Settled, Work};
use futures_util::FutureExt;
use tokio::sync::watch;
use tokio::time::{Instant, timeout};
use tracing::{Instrument, Span};
use uuid::Uuid;

use super::erased::AnyWorker;
use super::hand::Hand;
use super::metrics::{Ended, Metrics};
use super::names;
use super::pace::Pace;
use super::settling::Settler;
use super::traces::Traces;
use super::worker::{Effect, Outcome, Task};

const FIRST_PAUSE: Duration = Duration::from_millis(50);
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

/// What all tries of a worker share.
pub struct Tools {
    pub worker: Arc<dyn AnyWorker>,
    pub work: Work,
    pub executor: Executor,
    pub hand: Hand,
    pub settler: Settler,
    pub metrics: Metrics,
    pub traces: Arc<dyn Traces>,
    /// Of a worker whose work lies in lanes.
    pub pace: Option<Pace>,
    pub stopping: watch::Receiver<bool>,
}

/// What ends a try.
enum End {
    Settle(Settled),
    /// The command that followed settled it.
    Settled,
    /// Somebody else has it.
    Lost,
}

impl Tools {
    /// From a claim to its end. Cancelled when the claim is lost.
    pub async fn attempt(&self, claim: Claim, event: Arc<Recorded>, claimed_at: Instant) {
        let name = self.worker.settings().name;
        let span = tracing::info_span!("work", worker = name, work = claim.name, attempt = claim.attempt);
        let begun = Instant::now();
        let ended = self.until_settled(&claim, event, claimed_at, &span).instrument(span.clone()).await;
        self.hand.let_go(&claim);
        self.metrics.ended(name, ended, begun.elapsed());
    }

    async fn until_settled(
        &self,
        claim: &Claim,
        event: Arc<Recorded>,
        claimed_at: Instant,
        span: &Span,
    ) -> Ended {
        let end = match Circumstances::of(self, claim, event, span) {
            Ok(circumstances) => self.carry_out(circumstances, claimed_at).await,
            Err(error) => {
                let reason = error.to_string();
                End::Settle(Settled::Parked { class: Class::Unreadable, reason })
            }
        };
        match end {
            End::Lost => Ended::Lost,
            End::Settled => {
                self.let_next_go(claim).await;
                Ended::Done
            }
            End::Settle(settled) => {
                tell(&settled);
                let ended = Ended::of(&settled);
                if self.settler.settle(claim.clone(), settled).await { ended } else { Ended::Lost }
            }
        }
    }

    async fn carry_out(&self, circumstances: Circumstances, claimed_at: Instant) -> End {
        if let (Some(pace), Some(lane)) = (&self.pace, &circumstances.claim.lane) {
            pace.turn(lane).await;
        }
        if !self.may_begin(&circumstances.claim, claimed_at).await {
            return End::Lost;
        }
        let settings = self.worker.settings();
        pass(FailPoint::BeforeEffect);
        let effect =
            AssertUnwindSafe(self.worker.carry_out(circumstances.task(self.stopping.clone()))).catch_unwind();
        let ended = timeout(settings.time_limit, effect).await;
        pass(FailPoint::AfterEffect);
        self.hand.ends(&circumstances.claim);
        match ended {
            Ok(Ok(outcome)) => self.conclude(&circumstances, outcome).await,
            Ok(Err(_)) => End::Settle(self.cut_short(&circumstances.claim, "the worker panicked")),
            Err(_) => End::Settle(self.cut_short(&circumstances.claim, "it took too long")),
        }
    }

    /// What must not be done twice is noted as begun before it is; everything else costs no statement more.
    async fn may_begin(&self, claim: &Claim, claimed_at: Instant) -> bool {
        // Whoever stood still for long may have been given up on.
        if claimed_at.elapsed() >= LEASE {
            return false;
        }
        self.worker.settings().effect != Effect::AtMostOnce || self.is_noted_as_begun(claim).await
    }

    /// Tried for as long as the claim is ours: written twice, it says the same.
    async fn is_noted_as_begun(&self, claim: &Claim) -> bool {
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        loop {
            let asked_at = Instant::now();
            match self.work.begin(claim).await {
                Ok(is_ours) => return is_ours && asked_at.elapsed() < LEASE,
                Err(error) => {
                    tracing::warn!(%error, "the work cannot be noted as begun; trying again");
                    backoff.pause().await;
                }
            }
        }
    }

    async fn conclude(&self, circumstances: &Circumstances, outcome: Outcome) -> End {
        End::Settle(match outcome {
            Outcome::Then(plan) => return self.follow_up(circumstances, &*plan).await,
            Outcome::Done => Settled::Done,
            Outcome::Skipped(reason) => Settled::Skipped(reason),
            Outcome::Park(reason) => Settled::Parked { class: Class::Refused, reason },
            Outcome::GivenUp(reason) => Settled::Parked { class: Class::Failed, reason },
            Outcome::Unknown(reason) => Settled::Unknown { class: Class::Unclear, reason },
            Outcome::Again { after, reason } => Settled::Again { after, class: Class::Failed, reason },
            Outcome::Failed { reason, retry_after } => {
                self.failed(&circumstances.claim, Class::Failed, reason, retry_after)
            }
        })
    }

    fn failed(&self, claim: &Claim, class: Class, reason: String, retry_after: Option<Duration>) -> Settled {
        match self.worker.settings().retry.pause_after(claim.failures + 1, retry_after) {
            Some(after) => Settled::Again { after, class, reason },
            None => Settled::Parked { class, reason },
        }
    }

    /// What it means that an effect was begun and its end was not seen.
    fn cut_short(&self, claim: &Claim, what: &str) -> Settled {
        let (class, reason) = (Class::CutShort, what.to_owned());
        match self.worker.settings().effect {
            Effect::AtMostOnce => Settled::Unknown { class, reason },
            Effect::Idempotent | Effect::Retryable => self.failed(claim, class, reason, None),
        }
    }

    /// Carries the command out under the fence of the claim. The effect is done, so its result is not given up for
    /// as long as the claim is ours.
    async fn follow_up(&self, circumstances: &Circumstances, plan: &(dyn Fn() -> Plan + Send + Sync)) -> End {
        let claim = &circumstances.claim;
        let mut backoff = Backoff::new(FIRST_PAUSE, LONGEST_PAUSE);
        let mut may_be_written = false;
        loop {
            let plan = plan().fence(&*claim.name, claim.attempt, claim.epoch);
            match self.executor.execute(&circumstances.request, plan).await {
                Ok(receipt) if receipt.event_ids.is_empty() => return End::Settle(Settled::Done),
                Ok(_) => return End::Settled,
                Err(CommandError::Fenced) if may_be_written => return End::Settled,
                Err(CommandError::Fenced) => return End::Lost,
                Err(error) if error.may_pass_later() => {
                    may_be_written |= matches!(error, CommandError::OutcomeUnknown { .. });
                    tracing::warn!(%error, "what follows from the work cannot be written yet; trying again");
                    backoff.pause().await;
                }
                Err(error) => {
                    let reason = format!("what follows is refused: {error}");
                    return End::Settle(Settled::Parked { class: Class::FollowUpRefused, reason });
                }
            }
        }
    }

    async fn let_next_go(&self, claim: &Claim) {
        if let Err(error) = self.work.let_next_go(&[claim]).await {
            // Whoever looks for strays finds it.
            tracing::debug!(%error, "the next work of the key could not be let go");
        }
    }
}

/// Once, where it is decided. Reasons are the worker's own words, and hold nothing that a receiver said.
fn tell(settled: &Settled) {
    match settled {
        Settled::Done => {}
        Settled::Skipped(reason) => tracing::info!(reason, "the work was skipped"),
        Settled::Again { after, reason, .. } => {
            tracing::warn!(reason, after_ms = after.as_millis(), "the work failed; trying again later");
        }
        Settled::Parked { reason, .. } => {
            tracing::error!(reason, alarm = Alarm::WorkParked.name(), "the work is set aside")
        }
        Settled::Unknown { reason, .. } => {
            tracing::error!(
                reason,
                alarm = Alarm::WorkUnknown.name(),
                "nobody knows whether the work was done"
            );
        }
    }
}

/// What a try is about, and under what names its effect and its command go out.
struct Circumstances {
    claim: Claim,
    event: Arc<Recorded>,
    effect_id: Uuid,
    request: Request,
}

impl Circumstances {
    fn of(tools: &Tools, claim: &Claim, event: Arc<Recorded>, span: &Span) -> Result<Self, Unreadable> {
        let meta = event.meta()?;
        let worker = tools.worker.settings().name;
        let traceparent = tools.traces.begin(span, meta.traceparent.as_deref());
        let mut request = Request::new(claim.tenant.clone(), format!("worker:{worker}")).caused_by(&event)?;
        request.scope = event.scope.clone();
        request.command_id = names::of_follow_up(worker, meta.event_id, &claim.part);
        request.traceparent = traceparent;
        let effect_id = names::of_effect(worker, meta.event_id, &claim.part);
        Ok(Self { claim: claim.clone(), effect_id, request, event })
    }

    fn task(&self, stopping: watch::Receiver<bool>) -> Task {
        Task {
            event: Arc::clone(&self.event),
            claim: self.claim.clone(),
            effect_id: self.effect_id,
            traceparent: self.request.traceparent.clone(),
            stopping,
        }
    }
}
