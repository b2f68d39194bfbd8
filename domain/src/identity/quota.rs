//! What a tenant may have of something, or do in a day. There is no limit until somebody sets one.

use serde::{Deserialize, Serialize};

/// Highest limit that can be set. Whoever wants more wants none.
pub const LIMIT_MAX: u64 = 1_000_000_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Quota {
    /// Memberships: people, and accounts of services.
    Members,
    /// Events that the log takes for the tenant from one midnight (UTC) to the next.
    EventsPerDay,
}

impl Quota {
    pub const ALL: [Quota; 2] = [Quota::Members, Quota::EventsPerDay];

    pub fn as_str(self) -> &'static str {
        match self {
            Quota::Members => "members",
            Quota::EventsPerDay => "events_per_day",
        }
    }

    /// Whether it is kept exactly, by a counter that moves with the log. Of the others a read model says how much is used.
    pub fn is_exact(self) -> bool {
        match self {
            Quota::Members => true,
            Quota::EventsPerDay => false,
        }
    }
}

/// What an event says about the use of an exact quota.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Counted {
    /// So much more is used from here on, or less.
    Moves(Quota, i64),
    /// So much may be used from here on; nothing: as much as one likes.
    Limits(Quota, Option<u64>),
}
