//! Why the following of a base refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BaseSyncRefusal {
    #[error("the base follows none in Airtable")]
    NotFollowed,
    #[error("the base follows another one already")]
    FollowsAnother,
    #[error("the base is not followed any more")]
    FollowingEnded,
    #[error("the hook is not the one that is heard")]
    AnotherHook,
    #[error("the hook was heard up to {0} and not up to where this begins")]
    AnotherCursor(u64),
    #[error("the tables are not being read, or not in this round")]
    AnotherSweep,
    #[error("there are tables that were not read to their end")]
    SweepUnfinished,
}

impl Refusal for BaseSyncRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::NotFollowed => "base_not_followed",
            Self::FollowsAnother => "base_follows_another",
            Self::FollowingEnded => "base_following_ended",
            Self::AnotherHook => "another_hook",
            Self::AnotherCursor(_) => "another_cursor",
            Self::AnotherSweep => "another_sweep",
            Self::SweepUnfinished => "sweep_unfinished",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::NotFollowed => RefusalKind::Missing,
            _ => RefusalKind::Conflict,
        }
    }
}
