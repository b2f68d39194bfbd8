//! The log as operators look at it: of every tenant, what is sealed left sealed, and, but for states, without any key.
//! Pages are bounded and each is a transaction of its own, so that nobody who looks keeps old row versions alive.

mod batch;
mod difference;
mod find;
mod follow;
mod hidden;
mod look;
mod moment;
mod names;
mod state;
mod stats;
mod stretch;
mod told;
pub mod tree;

pub use batch::Batch;
pub use difference::{Difference, differences};
pub use find::Links;
pub use follow::{Following, FollowingFault};
pub use hidden::Hidden;
pub use state::{Seen, state};
pub use stats::{Counted, Day, OfType, Size, Stats, Table};
pub use stretch::{Span, Stretch};
pub use told::EventTold;

use sqlx::{Connection, PgPool};

use crate::catalog;
use crate::database::{self, Role, Unfit};
use crate::follow::Head;
use crate::incarnation;

/// Whether events of this type can be met. One that is misspelt would be one of which nothing ever happened.
pub fn is_event_type(text: &str) -> bool {
    catalog::find(text).is_some() || text == incarnation::EVENT_TYPE
}

/// One to read with, one to listen on.
const CONNECTIONS: u32 = 2;

/// Reads events as they lie in the log; whoever hands it out answers for who sees what. Cheap to clone.
#[derive(Clone)]
pub struct Inspector {
    pool: PgPool,
}

impl Inspector {
    pub async fn open(database_url: &str) -> Result<Self, Unfit> {
        // A pool says only that it has no connection; one alone says why.
        let first = database::connect(database_url, Role::LogReader).await?;
        let pool = database::pool(database_url, Role::LogReader, CONNECTIONS)?;
        first.close().await.map_err(Unfit::Unanswered)?;
        Ok(Self { pool })
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }

    /// The end of the log.
    pub async fn end(&self) -> sqlx::Result<Head> {
        let (incarnation, position) = sqlx::query_as(
            "select incarnation, last_position from log_batches order by last_position desc limit 1",
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Head { incarnation, position })
    }
}
