//! Moments at which a process dies if it was told to, so that tests can show that a death there costs nothing. Only
//! builds with debug assertions can be told; in a release nothing of this is left.

use std::sync::LazyLock;
use std::sync::atomic::{AtomicU32, Ordering};

/// The variable that tells: `after_effect:3` dies when it comes there for the third time.
pub const VARIABLE: &str = "AIRTIDE_DIE_AT";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FailPoint {
    /// A batch has not been sent to Postgres.
    BeforeAppend,
    /// It is committed, and whoever waits for it was not told.
    AfterAppend,
    /// An event has not been sent to the broker.
    BeforePublish,
    /// The broker has it, and the relay has not noted so.
    AfterPublish,
    /// The rows of a page are written and not committed.
    BeforeCheckpoint,
    /// They are committed together with the checkpoint, and nobody in the process knows.
    AfterCheckpoint,
    BeforeClaim,
    /// Work is claimed, and none of it begun.
    AfterClaim,
    /// A worker is about to reach out.
    BeforeEffect,
    /// It has done so, and nothing is written down.
    AfterEffect,
    /// What became of work is known, and not written.
    BeforeSettling,
    AfterSettling,
    /// An operator's command has moved or made some of the work that it is to.
    AfterMoving,
    /// Some of the values under older keys are wrapped anew.
    AfterRewrapping,
    /// Of somebody who is erased, the rows have ended, and nothing is written down.
    AfterErasedRows,
    /// The log says that they are erased, and the ledger does not.
    AfterErasedEvent,
    /// The ledger says so, and the key is alive.
    AfterErasureLine,
    /// The key is destroyed, and nothing is proven.
    AfterShredding,
}

impl FailPoint {
    pub const fn name(self) -> &'static str {
        match self {
            Self::BeforeAppend => "before_append",
            Self::AfterAppend => "after_append",
            Self::BeforePublish => "before_publish",
            Self::AfterPublish => "after_publish",
            Self::BeforeCheckpoint => "before_checkpoint",
            Self::AfterCheckpoint => "after_checkpoint",
            Self::BeforeClaim => "before_claim",
            Self::AfterClaim => "after_claim",
            Self::BeforeEffect => "before_effect",
            Self::AfterEffect => "after_effect",
            Self::BeforeSettling => "before_settling",
            Self::AfterSettling => "after_settling",
            Self::AfterMoving => "after_moving",
            Self::AfterRewrapping => "after_rewrapping",
            Self::AfterErasedRows => "after_erased_rows",
            Self::AfterErasedEvent => "after_erased_event",
            Self::AfterErasureLine => "after_erasure_line",
            Self::AfterShredding => "after_shredding",
        }
    }
}

/// The process passes a point, unless it is to die there: then as suddenly as by a signal.
pub fn pass(point: FailPoint) {
    if cfg!(debug_assertions) && ARMED.as_ref().is_some_and(|armed| armed.is_due_at(point)) {
        std::process::abort();
    }
}

struct Armed {
    name: String,
    /// How often the process will still come there alive.
    left: AtomicU32,
}

static ARMED: LazyLock<Option<Armed>> = LazyLock::new(|| Armed::of(&std::env::var(VARIABLE).ok()?));

impl Armed {
    fn of(text: &str) -> Option<Self> {
        let (name, time) = text.split_once(':')?;
        let left = AtomicU32::new(time.parse::<u32>().ok()?.checked_sub(1)?);
        Some(Self { name: name.to_owned(), left })
    }

    fn is_due_at(&self, point: FailPoint) -> bool {
        let one_less = |left: u32| left.checked_sub(1);
        point.name() == self.name
            && self.left.fetch_update(Ordering::Relaxed, Ordering::Relaxed, one_less).is_err()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_point_is_due_when_it_is_reached_as_often_as_was_said() {
        let armed = Armed::of("after_claim:3").unwrap();
        let due = [(); 4].map(|()| armed.is_due_at(FailPoint::AfterClaim));
        assert_eq!(due, [false, false, true, true]);
    }

    #[test]
    fn another_point_is_never_due() {
        let armed = Armed::of("after_claim:1").unwrap();
        assert!(!armed.is_due_at(FailPoint::BeforeClaim));
        assert!(armed.is_due_at(FailPoint::AfterClaim));
    }

    #[test]
    fn what_says_no_time_arms_nothing() {
        for text in ["", "after_claim", "after_claim:", "after_claim:0", "after_claim:soon"] {
            assert!(Armed::of(text).is_none(), "{text}");
        }
    }
}
