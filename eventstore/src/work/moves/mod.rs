//! Work that an operator gets going again, lets go or sets aside: one piece, or whatever fits.
//!
//! A plan fixes what will move, as it is at that moment; then it moves, some in each transaction. What has changed since
//! it was looked at is left alone. A process that is killed in the middle has moved what it has moved, and whoever
//! carries out the same plan goes on.

mod carry;
mod come_back;
mod plan;
mod step;

pub use carry::MoveFailed;
pub use plan::{NotPlanned, OfAKind, Plan, Which};
pub use step::Moved;

use domain::operations::operation::Act;
use serde::{Deserialize, Serialize};

use super::State;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Deed {
    /// It is done again, with all its tries before it.
    Retry,
    /// It is let go, and what is behind it goes on.
    Discard,
    /// It waits for an operator, and what is behind it waits, too.
    Park,
}

/// What would move, and what did.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Moving {
    #[serde(flatten)]
    pub plan: Plan,
    /// Nothing when nothing was to move, or nobody has agreed to it yet.
    pub came: Option<Moved>,
}

impl Deed {
    pub const ALL: [Deed; 3] = [Deed::Retry, Deed::Discard, Deed::Park];

    pub const fn name(self) -> &'static str {
        match self {
            Deed::Retry => "retry",
            Deed::Discard => "discard",
            Deed::Park => "park",
        }
    }

    pub fn act(self) -> Act {
        match self {
            Deed::Retry => Act::RetryWork,
            Deed::Discard => Act::DiscardWork,
            Deed::Park => Act::ParkWork,
        }
    }

    /// What this can be done to. What is in somebody's hands is left there.
    pub const fn states(self) -> &'static [State] {
        match self {
            Deed::Retry => &[State::Parked, State::Unknown, State::Later],
            Deed::Discard => &[State::Parked, State::Unknown, State::Later, State::Open, State::Waiting],
            // What waits behind other work is held up by setting that aside.
            Deed::Park => &[State::Later, State::Open],
        }
    }

    /// What is meant when work is named by what it has in common, and no state is.
    pub const fn usual_states(self) -> &'static [State] {
        match self {
            Deed::Retry => &[State::Parked],
            Deed::Discard => &[State::Parked, State::Unknown],
            Deed::Park => &[State::Later, State::Open],
        }
    }

    fn of_name(name: &str) -> sqlx::Result<Self> {
        let found = Deed::ALL.into_iter().find(|deed| deed.name() == name);
        found.ok_or_else(|| sqlx::Error::Decode(format!("{name} is nothing that is done to work").into()))
    }
}
