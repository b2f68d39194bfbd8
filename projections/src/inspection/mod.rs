//! Events with everything that hangs on them, for operators: what caused them, what they caused, and the work that was
//! owed for them. What is sealed stays sealed.

mod piece;
mod trace;
mod whole;

pub use piece::PieceWhole;
pub use trace::{EVENTS_MAX, Trace};
pub use whole::{Which, Whole};

use eventstore::database::Unfit;
use eventstore::event::Unreadable;
use eventstore::inspect::Inspector;
use eventstore::work::Work;

use crate::identity::event_index::ChainFault;

/// What one looks with. Cheap to clone.
#[derive(Clone)]
pub struct Inspection {
    pub inspector: Inspector,
    work: Work,
    /// Workers that this program knows.
    workers: &'static [&'static str],
    database_url: String,
}

/// Why something cannot be looked at.
#[derive(Debug, thiserror::Error)]
pub enum LookFault {
    #[error(transparent)]
    Chain(#[from] ChainFault),
    #[error("the log cannot be read")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
}

impl Inspection {
    pub async fn open(database_url: &str, workers: &'static [&'static str]) -> Result<Self, Unfit> {
        Ok(Self {
            inspector: Inspector::open(database_url).await?,
            work: Work::open(database_url, 1)?,
            workers,
            database_url: database_url.to_owned(),
        })
    }

    pub async fn close(&self) {
        self.inspector.close().await;
        self.work.close().await;
    }
}
