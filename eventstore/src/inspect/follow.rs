//! Follows the log as it grows: woken by what is announced, and looking by itself where announcements do not come
//! through.

use std::time::Duration;

use sqlx::postgres::PgListener;
use tokio::time::timeout;
use uuid::Uuid;

use super::Inspector;
use crate::event::Recorded;
use crate::follow::{Bounds, CHANNEL, Head};
use crate::read::{Filter, Start};

/// How long nobody looks where nothing is announced.
const LOOK_EVERY: Duration = Duration::from_secs(1);

/// Why the log cannot be followed.
#[derive(Debug, thiserror::Error)]
pub enum FollowingFault {
    #[error("the log cannot be read")]
    Database(#[from] sqlx::Error),
    /// What was read belongs to a history that the log has left.
    #[error("the log has begun incarnation {}", .0.incarnation)]
    IncarnationChanged(Head),
}

/// A place in the log, moved on look by look.
pub struct Following {
    inspector: Inspector,
    listener: PgListener,
    filter: Filter,
    bounds: Bounds,
    incarnation: Uuid,
    position: i64,
}

impl Inspector {
    /// Follows what fits a filter: after a position, or from the end of the log on.
    pub async fn follow(
        &self,
        filter: Filter,
        after: Option<i64>,
        bounds: Bounds,
    ) -> sqlx::Result<Following> {
        // Whoever listens before asking for the end misses nothing.
        let mut listener = PgListener::connect_with(&self.pool).await?;
        listener.listen(CHANNEL).await?;
        let Head { incarnation, position } = self.end().await?;
        let position = after.unwrap_or(position);
        Ok(Following { inspector: self.clone(), listener, filter, bounds, incarnation, position })
    }
}

impl Following {
    /// The position up to which everything was looked at.
    pub fn position(&self) -> i64 {
        self.position
    }

    /// What comes next, once there is some. May be cancelled at any time and, after a fault of the database, be
    /// called again.
    pub async fn next(&mut self) -> Result<Vec<Recorded>, FollowingFault> {
        loop {
            let head = self.inspector.end().await?;
            if head.incarnation != self.incarnation {
                return Err(FollowingFault::IncarnationChanged(head));
            }
            while self.position < head.position {
                let start = Start::After(self.position);
                let looked = self.inspector.look(&self.filter, start, head.position, self.bounds).await?;
                self.position = looked.to;
                if !looked.events.is_empty() {
                    return Ok(looked.events);
                }
            }
            // Silence is no fault, and a connection that is lost is replaced by the listener.
            if let Ok(heard) = timeout(LOOK_EVERY, self.listener.recv()).await {
                heard?;
            }
        }
    }
}
