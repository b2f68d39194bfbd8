//! Where a piece of work stands, and what kind of failure kept it there.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// Behind other work of its key.
    Waiting,
    /// Not before its time: a timer, or another try.
    Later,
    /// May be claimed.
    Open,
    /// In the hands of a process.
    Claimed,
    Done,
    /// There was nothing to do it with, or an operator let it go.
    Skipped,
    /// An operator has to look; what is behind it waits.
    Parked,
    /// It may have been done, and must not be done twice.
    Unknown,
}

impl State {
    pub const ALL: [State; 8] = [
        State::Waiting,
        State::Later,
        State::Open,
        State::Claimed,
        State::Done,
        State::Skipped,
        State::Parked,
        State::Unknown,
    ];

    /// Those of work that is not settled.
    pub const UNSETTLED: [State; 6] =
        [State::Waiting, State::Later, State::Open, State::Claimed, State::Parked, State::Unknown];

    pub const fn name(self) -> &'static str {
        match self {
            State::Waiting => "waiting",
            State::Later => "later",
            State::Open => "open",
            State::Claimed => "claimed",
            State::Done => "done",
            State::Skipped => "skipped",
            State::Parked => "parked",
            State::Unknown => "unknown",
        }
    }
}

impl FromStr for State {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let found = State::ALL.into_iter().find(|state| state.name() == text);
        found.ok_or_else(|| format!("a state is one of {}", State::ALL.map(State::name).join(", ")))
    }
}

/// What kind of failure it was.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// It was tried and did not work.
    Failed,
    /// Its worker says that it will not work by itself.
    Refused,
    /// Its worker panicked or took too long.
    CutShort,
    /// Its worker cannot say whether it was done.
    Unclear,
    /// Whoever was at it was not heard of again.
    Lost,
    /// The effect is done, and the command that follows from it was refused.
    FollowUpRefused,
    /// The event cannot be read.
    Unreadable,
    /// An operator set it aside.
    SetAside,
}

impl Class {
    pub const fn name(self) -> &'static str {
        match self {
            Class::Failed => "failed",
            Class::Refused => "refused",
            Class::CutShort => "cut_short",
            Class::Unclear => "unclear",
            Class::Lost => "lost",
            Class::FollowUpRefused => "follow_up_refused",
            Class::Unreadable => "unreadable",
            Class::SetAside => "set_aside",
        }
    }
}
