//! The incarnations of the log, and which checkpoints of them still say something about it.

use std::collections::HashMap;

use sqlx::PgConnection;
use uuid::Uuid;

use super::line::Checkpoint;
use crate::incarnation;

pub struct History {
    head: i64,
    incarnation: Uuid,
    /// Earlier incarnations, with the last position that the log shares with each.
    earlier: HashMap<Uuid, i64>,
}

/// Whether a checkpoint is held against the log.
pub enum Held {
    Against,
    Not,
    /// The log should go on to there and ends here.
    BehindEnd(i64),
    Unknown,
}

impl History {
    pub async fn read(reader: &mut PgConnection) -> sqlx::Result<Self> {
        let (head, incarnation) = sqlx::query_as(
            "select last_position, incarnation from log_batches order by last_position desc limit 1",
        )
        .fetch_one(&mut *reader)
        .await?;
        Ok(Self { head, incarnation, earlier: incarnation::earlier(reader).await? })
    }

    pub fn held(&self, checkpoint: &Checkpoint) -> Held {
        if checkpoint.incarnation == self.incarnation {
            return match checkpoint.position <= self.head {
                true => Held::Against,
                false => Held::BehindEnd(self.head),
            };
        }
        match self.earlier.get(&checkpoint.incarnation) {
            Some(shared) if checkpoint.position <= *shared => Held::Against,
            Some(_) => Held::Not,
            None if self.has_left(checkpoint.incarnation) => Held::Not,
            None => Held::Unknown,
        }
    }

    /// A restore may lose the beginning of an incarnation as well. Its name tells its age, and whoever began the
    /// present one after it knew.
    fn has_left(&self, incarnation: Uuid) -> bool {
        !self.earlier.is_empty() && incarnation < self.incarnation
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(history: &History, incarnation: u128, position: i64) -> &'static str {
        let checkpoint = Checkpoint {
            incarnation: Uuid::from_u128(incarnation),
            position,
            event_id: Uuid::nil(),
            chain_hash: Vec::new(),
            signed_at: jiff::Timestamp::UNIX_EPOCH,
        };
        match history.held(&checkpoint) {
            Held::Against => "against",
            Held::Not => "not",
            Held::BehindEnd(_) => "behind the end",
            Held::Unknown => "unknown",
        }
    }

    #[test]
    fn what_was_signed_is_held_against_what_the_log_shares_with_it() {
        let earlier = [(Uuid::from_u128(1), 5), (Uuid::from_u128(3), 8)].into();
        let history = History { head: 10, incarnation: Uuid::from_u128(4), earlier };
        let cases = [
            (4, 10, "against"),
            (4, 11, "behind the end"),
            (1, 5, "against"),
            (1, 6, "not"),
            (3, 8, "against"),
            (3, 9, "not"),
            (2, 7, "not"),
            (5, 7, "unknown"),
        ];
        for (incarnation, position, expected) in cases {
            assert_eq!(held(&history, incarnation, position), expected, "{incarnation} at {position}");
        }
    }

    #[test]
    fn a_log_of_one_incarnation_was_never_any_other() {
        let history = History { head: 10, incarnation: Uuid::from_u128(4), earlier: HashMap::new() };
        assert_eq!(held(&history, 3, 5), "unknown");
        assert_eq!(held(&history, 5, 5), "unknown");
    }
}
