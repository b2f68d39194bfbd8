//! What will move, fixed before it does, so that whoever looked at it knows what they agreed to.

use domain::operations::OperationId;
use serde::Serialize;
use sqlx::{PgConnection, Postgres, QueryBuilder, Row};

use super::Deed;
use crate::work::choice::{self, CLASS, SAID};
use crate::work::{Choice, State, Work};

/// Pieces that one operation moves: the oldest of those that fit.
const PIECES_MAX: i64 = 100_000;
/// Kinds that are told of them.
const KINDS_MAX: i64 = 50;

/// Which work is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// The piece of this name.
    Named {
        name: String,
        /// Also when it may have been done already, and must not be done twice.
        even_if_done: bool,
    },
    /// Whatever fits. What may have been done already is never done again by this.
    Fitting(Choice),
}

/// What will move.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Plan {
    pub operation: OperationId,
    pub deed: Deed,
    /// What was asked for.
    pub target: String,
    pub pieces: i64,
    /// Whether that is as much as one operation moves, so that there may be more.
    pub is_full: bool,
    /// Whether it was begun.
    pub is_begun: bool,
    /// The largest first.
    pub kinds: Vec<OfAKind>,
}

/// Pieces that have in common where they stand and why.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OfAKind {
    pub worker: String,
    pub state: String,
    pub class: String,
    pub said: String,
    pub pieces: i64,
    /// The name of one of them.
    pub example: String,
}

#[derive(Debug, thiserror::Error)]
pub enum NotPlanned {
    #[error("there is no work {0}")]
    Missing(String),
    #[error("{name} is {state}: there is nothing to {deed}")]
    NotSo { name: String, state: String, deed: &'static str },
    #[error("{name} may have been done already, and must not be done twice: ask the receiver first")]
    MayBeDone { name: String },
    #[error("work that is {state} cannot be moved so: {deed} is for {allowed}")]
    Unfit { state: &'static str, deed: &'static str, allowed: String },
    #[error("nothing says which work is meant")]
    Everything,
    #[error("the work cannot be looked at")]
    Database(#[from] sqlx::Error),
}

impl Work {
    /// Fixes what will move under the id of an operation.
    pub async fn plan(&self, operation: &OperationId, deed: Deed, which: &Which) -> Result<Plan, NotPlanned> {
        self.planning(operation, deed, which, true).await
    }

    /// The same, and nothing of it is kept.
    pub async fn preview(
        &self,
        operation: &OperationId,
        deed: Deed,
        which: &Which,
    ) -> Result<Plan, NotPlanned> {
        self.planning(operation, deed, which, false).await
    }

    async fn planning(
        &self,
        operation: &OperationId,
        deed: Deed,
        which: &Which,
        is_kept: bool,
    ) -> Result<Plan, NotPlanned> {
        let choice = self.checked(deed, which).await?;
        let mut looking = self.looking().await?;
        note(&mut looking, operation, deed, &which.target()).await?;
        let pieces = fix(&mut looking, operation, &choice, which).await?;
        let plan = read(&mut looking, operation).await?.ok_or(sqlx::Error::RowNotFound)?;
        // One of a name may have moved on since it was looked at.
        if let (Which::Named { name, .. }, 0) = (which, pieces) {
            return Err(NotPlanned::NotSo {
                name: name.clone(),
                state: "not what it was".into(),
                deed: deed.name(),
            });
        }
        if is_kept {
            looking.commit().await?;
        }
        Ok(plan)
    }

    /// What may be planned: the states that are meant, none of which the deed is not for.
    async fn checked(&self, deed: Deed, which: &Which) -> Result<Choice, NotPlanned> {
        match which {
            Which::Named { name, even_if_done } => {
                let shown = self.show(name).await?.ok_or_else(|| NotPlanned::Missing(name.clone()))?;
                let state = shown.piece.state;
                let Some(found) = deed.states().iter().find(|each| each.name() == state) else {
                    return Err(NotPlanned::NotSo { name: name.clone(), state, deed: deed.name() });
                };
                if (deed, *found) == (Deed::Retry, State::Unknown) && !even_if_done {
                    return Err(NotPlanned::MayBeDone { name: name.clone() });
                }
                Ok(Choice { states: vec![*found], ..Choice::default() })
            }
            Which::Fitting(choice) if *choice == Choice::default() => Err(NotPlanned::Everything),
            Which::Fitting(choice) => fitting(deed, choice),
        }
    }

    /// A plan that was made before, whether or not it was begun.
    pub async fn planned(&self, operation: &OperationId) -> sqlx::Result<Option<Plan>> {
        let mut looking = self.looking().await?;
        read(&mut looking, operation).await
    }

    /// Nothing of it is to move after all. One that was begun stays.
    pub async fn forget(&self, operation: &OperationId) -> sqlx::Result<()> {
        sqlx::query(
            "with forgotten as (
               delete from work_operations where operation = $1 and begun_at is null returning operation)
             delete from work_moves m using forgotten f where m.operation = f.operation",
        )
        .bind(operation.as_str())
        .execute(&self.pool)
        .await?;
        Ok(())
    }
}

fn fitting(deed: Deed, choice: &Choice) -> Result<Choice, NotPlanned> {
    let mut choice = choice.clone();
    if choice.states.is_empty() {
        choice.states = deed.usual_states().to_vec();
    }
    // What may have been done is done again only by name.
    let is_for =
        |state: &State| deed.states().contains(state) && (deed, *state) != (Deed::Retry, State::Unknown);
    match choice.states.iter().find(|state| !is_for(state)) {
        None => Ok(choice),
        Some(state) => {
            let allowed: Vec<&str> =
                deed.states().iter().filter(|each| is_for(each)).map(|each| each.name()).collect();
            Err(NotPlanned::Unfit { state: state.name(), deed: deed.name(), allowed: allowed.join(", ") })
        }
    }
}

impl Which {
    /// In words, for the log.
    pub fn target(&self) -> String {
        let choice = match self {
            Which::Named { name, .. } => return name.clone(),
            Which::Fitting(choice) => choice,
        };
        let states: Vec<&str> = choice.states.iter().map(|state| state.name()).collect();
        let said = [
            ("worker", choice.worker.clone()),
            ("state", (!states.is_empty()).then(|| states.join(","))),
            ("key", choice.key.clone()),
            ("tenant", choice.tenant.as_ref().map(ToString::to_string)),
            ("group", choice.group.clone()),
            ("owed_before", choice.owed_before.map(|time| time.to_string())),
            ("owed_after", choice.owed_after.map(|time| time.to_string())),
        ];
        let said = said.into_iter().filter_map(|(name, value)| Some(format!("{name}={}", value?)));
        said.collect::<Vec<_>>().join(" ")
    }
}

async fn note(
    connection: &mut PgConnection,
    operation: &OperationId,
    deed: Deed,
    target: &str,
) -> sqlx::Result<()> {
    sqlx::query("insert into work_operations(operation, deed, target) values ($1, $2, $3)")
        .bind(operation.as_str())
        .bind(deed.name())
        .bind(target)
        .execute(connection)
        .await?;
    Ok(())
}

async fn fix(
    connection: &mut PgConnection,
    operation: &OperationId,
    choice: &Choice,
    which: &Which,
) -> sqlx::Result<i64> {
    let mut sql = QueryBuilder::<Postgres>::new(
        "with fixed as (
           insert into work_moves(operation, seq, claim, state, attempt, epoch) select ",
    );
    sql.push_bind(operation.as_str().to_owned());
    sql.push(", w.seq, w.claim, w.state, w.attempt, w.epoch from work w where true");
    choice::push(&mut sql, choice);
    if let Which::Named { name, .. } = which {
        sql.push(" and w.claim = ").push_bind(name.clone());
    }
    sql.push(format_args!(
        " order by w.seq limit {PIECES_MAX} returning operation)
         update work_operations set pieces = (select count(*) from fixed) where operation = "
    ));
    sql.push_bind(operation.as_str().to_owned()).push(" returning pieces");
    sql.build_query_scalar().fetch_one(connection).await
}

/// A plan as it lies there; what it is about may have moved on.
async fn read(connection: &mut PgConnection, operation: &OperationId) -> sqlx::Result<Option<Plan>> {
    let head = sqlx::query(
        "select deed, target, pieces, begun_at is not null as is_begun from work_operations where operation = $1",
    )
    .bind(operation.as_str())
    .fetch_optional(&mut *connection)
    .await?;
    let Some(head) = head else { return Ok(None) };
    let pieces = head.try_get("pieces")?;
    Ok(Some(Plan {
        operation: operation.clone(),
        deed: Deed::of_name(head.try_get("deed")?)?,
        target: head.try_get("target")?,
        pieces,
        is_full: pieces == PIECES_MAX,
        is_begun: head.try_get("is_begun")?,
        kinds: kinds(connection, operation).await?,
    }))
}

async fn kinds(connection: &mut PgConnection, operation: &OperationId) -> sqlx::Result<Vec<OfAKind>> {
    let sql = format!(
        "select w.worker, m.state, {CLASS} as class, {SAID} as said, count(*) as pieces, min(w.claim) as example
           from work_moves m join work w on w.claim = m.claim
          where m.operation = $1 group by 1, 2, 3, 4 order by count(*) desc, 1, 2, 3, 4 limit {KINDS_MAX}"
    );
    let rows = sqlx::query(sqlx::AssertSqlSafe(sql)).bind(operation.as_str()).fetch_all(connection).await?;
    let of_a_kind = |row: &sqlx::postgres::PgRow| {
        Ok(OfAKind {
            worker: row.try_get("worker")?,
            state: row.try_get("state")?,
            class: row.try_get("class")?,
            said: row.try_get("said")?,
            pieces: row.try_get("pieces")?,
            example: row.try_get("example")?,
        })
    };
    rows.iter().map(of_a_kind).collect()
}
