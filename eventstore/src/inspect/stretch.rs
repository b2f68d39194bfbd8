//! Between which positions there is something to look at.

use jiff::Timestamp;

use super::Inspector;
use crate::read::Start;

/// A part of the log, and from which end it is looked at.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span {
    /// After this position.
    pub after: i64,
    /// Recorded at this time or later.
    pub since: Option<Timestamp>,
    /// Recorded at this time or before it.
    pub until: Option<Timestamp>,
    /// The newest first.
    pub backwards: bool,
}

/// What is left to look at: from a start, up to an end, or down to it without itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    pub start: Start,
    pub end: i64,
}

impl Stretch {
    pub fn is_empty(self) -> bool {
        match self.start {
            Start::After(after) => after >= self.end,
            Start::Before(before) => before <= self.end + 1,
        }
    }

    /// What is left once somebody has looked up to there, or down to there.
    pub fn beyond(self, to: i64) -> Self {
        Self { start: self.start.from_there(to), ..self }
    }
}

impl Inspector {
    pub async fn stretch(&self, span: Span) -> sqlx::Result<Stretch> {
        let since = match span.since {
            Some(time) => self.position_before(time).await?,
            None => 0,
        };
        let (after, up_to) = (
            span.after.max(since),
            match span.until {
                Some(time) => self.position_at(time).await?,
                None => self.end().await?.position,
            },
        );
        Ok(match span.backwards {
            true => Stretch { start: Start::Before(up_to + 1), end: after },
            false => Stretch { start: Start::After(after), end: up_to },
        })
    }
}
