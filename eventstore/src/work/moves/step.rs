//! Some of what is planned moves, in one transaction.

use domain::operations::OperationId;
use serde::Serialize;
use sqlx::{PgConnection, Row};

use super::{Deed, come_back};
use crate::work::settle::go_on;
use crate::work::{Class, State, Work};

/// Pieces that one transaction moves.
const TOGETHER: i64 = 200;

/// How far an operation has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Moved {
    pub pieces: i64,
    pub moved: i64,
    /// Had changed since they were looked at.
    pub left_alone: i64,
}

impl Moved {
    pub fn is_over(&self) -> bool {
        self.moved + self.left_alone >= self.pieces
    }
}

/// Pieces as they were looked at.
#[derive(Default)]
struct Turn {
    seqs: Vec<i64>,
    names: Vec<String>,
    states: Vec<String>,
    attempts: Vec<i32>,
    epochs: Vec<i64>,
}

impl Work {
    /// Moves some of a plan that was begun; nothing when there is no such plan. Whoever else carries out the same plan
    /// waits meanwhile.
    pub(super) async fn step(&self, operation: &OperationId) -> sqlx::Result<Option<Moved>> {
        let mut transaction = self.pool.begin().await?;
        let deed: Option<String> =
            sqlx::query_scalar("select deed from work_operations where operation = $1 for update")
                .bind(operation.as_str())
                .fetch_optional(&mut *transaction)
                .await?;
        let Some(deed) = deed else { return Ok(None) };
        let turn = turn(&mut transaction, operation).await?;
        let moved = match Deed::of_name(&deed)? {
            Deed::Retry if turn.is_unknown() => come_back::move_one(&mut transaction, &turn.names[0]).await?,
            deed => move_all(&mut transaction, deed, operation, &turn).await?,
        };
        let come = note(&mut transaction, operation, &turn, &moved).await?;
        transaction.commit().await?;
        Ok(Some(come))
    }
}

impl Turn {
    /// What may have been done already is brought back alone.
    fn is_unknown(&self) -> bool {
        self.states.first().is_some_and(|state| state == State::Unknown.name())
    }
}

async fn turn(connection: &mut PgConnection, operation: &OperationId) -> sqlx::Result<Turn> {
    let rows = sqlx::query(
        "select seq, claim, state, attempt, epoch from work_moves
          where operation = $1 and outcome is null order by seq limit $2",
    )
    .bind(operation.as_str())
    .bind(TOGETHER)
    .fetch_all(connection)
    .await?;
    let mut turn = Turn::default();
    for row in rows {
        turn.seqs.push(row.try_get("seq")?);
        turn.names.push(row.try_get("claim")?);
        turn.states.push(row.try_get("state")?);
        turn.attempts.push(row.try_get("attempt")?);
        turn.epochs.push(row.try_get("epoch")?);
    }
    Ok(turn)
}

/// Its key is never free meanwhile, so nothing that is behind it can slip past it.
const RETRIED: &str =
    "state = 'open', epoch = w.epoch + 1, attempt = 0, failures = 0, lost = 0, unbegun = null,
    visible_at = least(w.visible_at, clock_timestamp())";
const DISCARDED: &str = "state = 'skipped', settled_at = clock_timestamp(),
    reason = concat_ws(E'\\n', w.reason, 'let go by operation ' || $5)";
const SET_ASIDE: &str = "state = 'parked', failed_at = clock_timestamp(),
    class = $6, reason = 'set aside by operation ' || $5";

/// The names of those that moved. Rows are locked in one order, whoever moves them.
async fn move_all(
    connection: &mut PgConnection,
    deed: Deed,
    operation: &OperationId,
    turn: &Turn,
) -> sqlx::Result<Vec<String>> {
    let becomes = match deed {
        Deed::Retry => RETRIED,
        Deed::Discard => DISCARDED,
        Deed::Park => SET_ASIDE,
    };
    let sql = format!(
        "with held as (
           select w.claim from unnest($1::text[], $2::text[], $3::int[], $4::bigint[]) m(claim, state, attempt, epoch)
             join work w on w.claim = m.claim and w.state = m.state and w.attempt = m.attempt and w.epoch = m.epoch
            where $5::text is not null and $6::text is not null
            order by w.claim for update of w)
         update work w set {becomes} from held where w.claim = held.claim returning w.claim, w.worker, w.key"
    );
    let rows: Vec<(String, String, String)> = sqlx::query_as(sqlx::AssertSqlSafe(sql))
        .bind(&turn.names)
        .bind(&turn.states)
        .bind(&turn.attempts)
        .bind(&turn.epochs)
        .bind(operation.as_str())
        .bind(Class::SetAside.name())
        .fetch_all(&mut *connection)
        .await?;
    if deed == Deed::Discard {
        let workers: Vec<&str> = rows.iter().map(|(_, worker, _)| worker.as_str()).collect();
        let keys: Vec<&str> = rows.iter().map(|(_, _, key)| key.as_str()).collect();
        let named = "select distinct worker, key from unnest($1::text[], $2::text[]) n(worker, key)";
        go_on(&mut *connection, named, &workers, &keys).await?;
    }
    Ok(rows.into_iter().map(|(name, _, _)| name).collect())
}

async fn note(
    connection: &mut PgConnection,
    operation: &OperationId,
    turn: &Turn,
    moved: &[String],
) -> sqlx::Result<Moved> {
    let row = sqlx::query(
        "with noted as (
           update work_moves m set outcome = case when m.claim = any($3) then 'moved' else 'left_alone' end
            where m.operation = $1 and m.seq = any($2) and m.outcome is null returning m.outcome)
         update work_operations o
            set moved = o.moved + (select count(*) from noted where outcome = 'moved'),
                left_alone = o.left_alone + (select count(*) from noted where outcome = 'left_alone')
          where o.operation = $1 returning o.pieces, o.moved, o.left_alone",
    )
    .bind(operation.as_str())
    .bind(&turn.seqs)
    .bind(moved)
    .fetch_one(connection)
    .await?;
    Ok(Moved {
        pieces: row.try_get("pieces")?,
        moved: row.try_get("moved")?,
        left_alone: row.try_get("left_alone")?,
    })
}
