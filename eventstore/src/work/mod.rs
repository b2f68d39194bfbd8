//! Work: that a worker owes an effect for an event.
//!
//! A row is made in the transaction that moves an intake past the event, so nothing is ever searched for and nothing
//! is owed twice. A process claims it for a while, and settles it; what it settles with counts only while the claim
//! is still its own. Work of one key is done in order, one at a time: what lies behind other work waits.

mod attempts;
mod choice;
mod claim;
mod groups;
mod lanes;
mod list;
mod moves;
mod owe;
mod pieces;
mod settle;
mod sight;
mod state;
mod upkeep;

pub use attempts::{Attempt, Shown};
pub use choice::Choice;
pub use claim::{Claim, Taken};
pub use groups::Group;
pub use lanes::{Lane, LaneLimit, LaneTurn};
pub use list::{Listed, Order};
pub use moves::{Deed, MoveFailed, Moved, Moving, NotPlanned, OfAKind, Plan, Which};
pub use owe::{Owed, owe};
pub use pieces::{Piece, full_name};
pub use settle::Settled;
pub use sight::Sight;
pub use state::{Class, State};
pub use upkeep::WhenLost;

use std::time::Duration;

use sqlx::{Connection, PgPool, PgTransaction};
use uuid::Uuid;

use crate::database::{self, Role, Unfit};

/// A claim that nobody renews ends after this long.
pub const LEASE: Duration = Duration::from_secs(4);
/// How often claims and lanes in hand are renewed.
pub const RENEW_EVERY: Duration = Duration::from_secs(1);
/// Claims of one piece of work that may be lost before it is parked: it may be what kills its workers. Whatever else a
/// process had in hand is lost with it, so this is more than a process is likely to die in a row for other reasons.
pub const LOST_MAX: i32 = 12;
/// So often work that was lost is open again at once. After that it comes back at a moment of its own, so that what kills
/// its workers takes ever less with it.
const LOST_TOGETHER_MAX: i32 = 2;
/// Longest time until work comes back that was lost.
const LOST_PAUSE_MAX: Duration = Duration::from_secs(10);
/// How long settled work is kept to be looked at.
pub const KEPT: Duration = Duration::from_secs(7 * 24 * 60 * 60);

/// The table of work, as one process sees it. Cheap to clone.
#[derive(Clone)]
pub struct Work {
    pool: PgPool,
    owner: Uuid,
}

impl Work {
    pub fn open(database_url: &str, connections_max: u32) -> Result<Self, Unfit> {
        let pool = database::pool(database_url, Role::Worker, connections_max)?;
        Ok(Self { pool, owner: Uuid::now_v7() })
    }

    /// The same for whoever has to know at once that the database can be used.
    pub async fn reach(database_url: &str, connections_max: u32) -> Result<Self, Unfit> {
        // A pool says only that it has no connection; one alone says why.
        let first = database::connect(database_url, Role::Worker).await?;
        first.close().await.map_err(Unfit::Unanswered)?;
        Self::open(database_url, connections_max)
    }

    /// A look at more than a worker ever asks for at once: whatever plan is best, and for longer.
    async fn looking(&self) -> sqlx::Result<PgTransaction<'static>> {
        let begin = "begin; set local enable_seqscan = on; set local enable_hashjoin = on;
                     set local plan_cache_mode = auto; set local statement_timeout = '60s'";
        self.pool.begin_with(begin).await
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }
}
