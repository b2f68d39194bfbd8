//! What became of each attempt. Those that failed are noted by the statement that settles them; the last one that did
//! not is the row of the work itself.

use jiff::Timestamp;
use serde::Serialize;
use sqlx::Row;
use sqlx::postgres::PgRow;

use super::pieces::{COLUMNS, Piece, time};
use super::{State, Work};

/// Attempts that are kept of each drive, and drives of each piece of work: the newest.
const ATTEMPTS_KEPT: i32 = 100;
const DRIVES_KEPT: i64 = 10;
/// Characters that are kept of what was said.
const SAID_MAX: i32 = 1_000;

/// One try of a piece of work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Attempt {
    /// In which drive: how often an operator had driven it again.
    pub epoch: i64,
    pub attempt: i32,
    pub began_at: Option<Timestamp>,
    /// Nothing while it is under way.
    pub ended_at: Option<Timestamp>,
    /// The state that it left the work in.
    pub outcome: String,
    /// What kind of failure it was, if it was one.
    pub class: Option<String>,
    pub said: Option<String>,
}

/// A piece of work whole.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Shown {
    #[serde(flatten)]
    pub piece: Piece,
    /// In order, as far as they are kept.
    pub attempts: Vec<Attempt>,
}

/// The statement that ends attempts, and notes beside it those that have a class of failure.
pub(super) fn noting(ending: &str) -> String {
    format!(
        "with ended as ({ending}),
         noted as (
           insert into work_attempts(claim, epoch, attempt, began_at, outcome, class, said)
           select claim, epoch, attempt, claimed_at, state, class, left(reason, {SAID_MAX})
             from ended where class is not null
           on conflict do nothing),
         dropped as (
           delete from work_attempts a using ended e
            where e.class is not null and a.claim = e.claim
              and (a.epoch <= e.epoch - {DRIVES_KEPT}
                   or a.epoch = e.epoch and a.attempt <= e.attempt - {ATTEMPTS_KEPT}))
         select claim from ended"
    )
}

impl Work {
    /// A piece of work and what became of each attempt.
    pub async fn show(&self, name: &str) -> sqlx::Result<Option<Shown>> {
        let sql = format!("select {COLUMNS} from work w where w.claim = $1");
        let row = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(name).fetch_optional(&self.pool).await?;
        let Some(piece) = row.as_ref().map(Piece::from_row).transpose()? else {
            return Ok(None);
        };
        let rows = sqlx::query(
            "select epoch, attempt, began_at, ended_at, outcome, class, said
               from work_attempts where claim = $1 order by epoch, attempt",
        )
        .bind(name)
        .fetch_all(&self.pool)
        .await?;
        let mut attempts: Vec<Attempt> = rows.iter().map(Attempt::from_row).collect::<Result<_, _>>()?;
        attempts.extend(Attempt::last_of(&piece, &attempts));
        Ok(Some(Shown { piece, attempts }))
    }
}

impl Attempt {
    fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            epoch: row.try_get("epoch")?,
            attempt: row.try_get("attempt")?,
            began_at: time(row, "began_at")?,
            ended_at: time(row, "ended_at")?,
            outcome: row.try_get("outcome")?,
            class: row.try_get("class")?,
            said: row.try_get("said")?,
        })
    }

    /// The one that the work's own row tells of: it is under way, or ended without a failure.
    fn last_of(piece: &Piece, noted: &[Attempt]) -> Option<Self> {
        let is_told = [State::Claimed, State::Done, State::Skipped].map(State::name).contains(&&*piece.state);
        let is_noted = noted.iter().any(|each| (each.epoch, each.attempt) == (piece.epoch, piece.attempt));
        (is_told && piece.attempt > 0 && !is_noted).then(|| Self {
            epoch: piece.epoch,
            attempt: piece.attempt,
            began_at: piece.claimed_at,
            ended_at: piece.settled_at,
            outcome: piece.state.clone(),
            class: None,
            said: piece.reason.clone().filter(|_| piece.state == State::Skipped.name()),
        })
    }
}
