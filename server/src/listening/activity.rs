//! What one connection is doing, and since when: written by the connection, read by the registry's rounds.

use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::task::Waker;
use std::time::{Duration, Instant};

use futures_util::task::AtomicWaker;

use super::ConnectionLimits;

/// A reader that takes nothing of its answer for this long is gone.
const WRITE_STALL: Duration = Duration::from_secs(30);

/// In the order of one request.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    /// Nothing was sent yet.
    Fresh,
    /// The headers of a request are coming in.
    Head,
    /// A request is being answered. How long that may take is the edge's business.
    Busy,
    /// Between two requests.
    Idle,
}

/// What a connection is told to do.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Order {
    GoOn,
    /// Finish the request under way, then close.
    Drain,
    Close,
}

pub struct Activity {
    opened: Instant,
    phase: AtomicU8,
    /// Milliseconds after `opened`.
    phase_since: AtomicU64,
    /// The same; zero while nothing waits to be written.
    stalled_since: AtomicU64,
    order: AtomicU8,
    waker: AtomicWaker,
}

impl Activity {
    pub fn new() -> Self {
        Self {
            opened: Instant::now(),
            phase: AtomicU8::new(Phase::Fresh as u8),
            phase_since: AtomicU64::new(0),
            stalled_since: AtomicU64::new(0),
            order: AtomicU8::new(Order::GoOn as u8),
            waker: AtomicWaker::new(),
        }
    }

    pub fn bytes_came(&self) {
        if self.is_waiting() {
            self.enter(Phase::Head);
        }
    }

    pub fn request_came(&self) {
        self.enter(Phase::Busy);
    }

    pub fn answer_ended(&self) {
        self.enter(Phase::Idle);
    }

    pub fn write_waits(&self) {
        if self.stalled_since.load(Ordering::Relaxed) == 0 {
            self.stalled_since.store(self.now().max(1), Ordering::Relaxed);
        }
    }

    pub fn bytes_went(&self) {
        if self.stalled_since.load(Ordering::Relaxed) != 0 {
            self.stalled_since.store(0, Ordering::Relaxed);
        }
    }

    /// Whether nobody would miss the connection: it waits for a request, and every answer is out.
    pub fn is_dispensable(&self) -> bool {
        self.is_waiting() && self.stalled_since.load(Ordering::Relaxed) == 0
    }

    fn is_waiting(&self) -> bool {
        let phase = self.phase.load(Ordering::Relaxed);
        phase == Phase::Fresh as u8 || phase == Phase::Idle as u8
    }

    /// Whether a time limit is past.
    pub fn is_overdue(&self, limits: &ConnectionLimits) -> bool {
        let phase = self.phase.load(Ordering::Relaxed);
        let limit = match phase {
            phase if phase == Phase::Busy as u8 => None,
            phase if phase == Phase::Idle as u8 => Some(limits.idle_timeout),
            _ => Some(limits.head_timeout),
        };
        let stalled = self.stalled_since.load(Ordering::Relaxed);
        let past =
            |since: u64, limit: Duration| u128::from(self.now().saturating_sub(since)) > limit.as_millis();
        limit.is_some_and(|limit| past(self.phase_since.load(Ordering::Relaxed), limit))
            || (stalled != 0 && past(stalled, WRITE_STALL))
    }

    pub fn order(&self, order: Order) {
        self.order.fetch_max(order as u8, Ordering::Release);
        self.waker.wake();
    }

    /// The order in force; a later one wakes the task.
    pub fn ordered(&self, waker: &Waker) -> Order {
        self.waker.register(waker);
        match self.order.load(Ordering::Acquire) {
            order if order == Order::GoOn as u8 => Order::GoOn,
            order if order == Order::Drain as u8 => Order::Drain,
            _ => Order::Close,
        }
    }

    fn enter(&self, phase: Phase) {
        self.phase_since.store(self.now(), Ordering::Relaxed);
        self.phase.store(phase as u8, Ordering::Relaxed);
    }

    fn now(&self) -> u64 {
        u64::try_from(self.opened.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIMITS: ConnectionLimits = ConnectionLimits {
        connections_max: 1,
        connections_per_address_max: 1,
        head_timeout: Duration::from_secs(10),
        idle_timeout: Duration::from_secs(75),
    };

    fn opened_before(seconds: u64) -> Activity {
        let opened =
            Instant::now().checked_sub(Duration::from_secs(seconds)).expect("the machine ran that long");
        Activity { opened, ..Activity::new() }
    }

    #[test]
    fn who_sends_nothing_or_only_half_a_head_is_overdue_and_who_waits_for_an_answer_is_not() {
        assert!(!opened_before(9).is_overdue(&LIMITS));
        assert!(opened_before(11).is_overdue(&LIMITS));
        let activity = opened_before(11);
        activity.bytes_came();
        assert!(!activity.is_overdue(&LIMITS), "the first byte came just now");
        activity.phase_since.store(0, Ordering::Relaxed);
        assert!(activity.is_overdue(&LIMITS));
        activity.request_came();
        activity.phase_since.store(0, Ordering::Relaxed);
        assert!(!activity.is_overdue(&LIMITS));
    }

    #[test]
    fn an_idle_connection_is_given_longer() {
        for (seconds, overdue) in [(74, false), (76, true)] {
            let activity = opened_before(seconds);
            activity.answer_ended();
            activity.phase_since.store(0, Ordering::Relaxed);
            assert_eq!(activity.is_overdue(&LIMITS), overdue);
        }
    }

    #[test]
    fn a_reader_that_takes_nothing_is_overdue() {
        let activity = opened_before(31);
        activity.request_came();
        activity.stalled_since.store(1, Ordering::Relaxed);
        assert!(activity.is_overdue(&LIMITS));
        activity.bytes_went();
        assert!(!activity.is_overdue(&LIMITS));
    }

    #[test]
    fn orders_only_become_stricter() {
        let activity = Activity::new();
        activity.order(Order::Close);
        activity.order(Order::Drain);
        assert!(activity.ordered(Waker::noop()) == Order::Close);
    }
}
