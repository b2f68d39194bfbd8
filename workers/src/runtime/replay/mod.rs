//! Events of the past, given to a worker again. What is owed and was never done becomes work; what was done is not done
//! again. By its name, which the row of the work has for as long as it is kept, and by the command that ended it, which
//! the log keeps for ever.

mod page;
mod record;

use std::time::Duration;

use domain::operations::OperationId;
use domain::operations::operation::{Act, Outcome};
use eventstore::chain_of;
use eventstore::database::{self, Role, Unfit};
use eventstore::event::Unreadable;
use eventstore::fail_points::{FailPoint, pass};
use eventstore::follow::Bounds;
use eventstore::inspect::Inspector;
use eventstore::operations::{Came, Operations, RecordFailed};
use eventstore::read::{Filter, Start};
use eventstore::work::KEPT;
use jiff::Timestamp;
use projections::identity::event_index::{ChainFault, indexed_up_to};
use serde::Serialize;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};

use super::owing::Owing;

/// Events that one transaction makes work of.
const PAGE: Bounds = Bounds { events: 500, bytes: 8 * 1024 * 1024 };
/// Clocks may disagree, and upkeep may be late, by less than this.
const LATE: Duration = Duration::from_secs(60 * 60);

/// What is to be given again, and to whom.
pub struct Replay<'a> {
    pub database_url: &'a str,
    pub owing: &'static dyn Owing,
    /// The first position, and the last.
    pub from: i64,
    pub to: i64,
    pub filter: Filter,
}

/// What it came to, or would come to.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Replayed {
    /// Events that were looked at, and fit.
    pub events: u64,
    /// Pieces of work that are made.
    pub made: u64,
    /// Pieces that there is work of, whatever became of it.
    pub known: u64,
    /// Pieces that the log says were done.
    pub done: u64,
    /// Pieces that may have been done and must not be done twice: too old for anybody to know.
    pub unsure: u64,
    /// The last position that was looked at: what lies behind it is for the intake.
    pub up_to: i64,
}

/// The same with what was asked for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ReplayTold {
    pub worker: &'static str,
    pub from: i64,
    pub to: i64,
    /// Nothing when nothing was to be made.
    pub operation: Option<OperationId>,
    #[serde(flatten)]
    pub replayed: Replayed,
}

#[derive(Debug, thiserror::Error)]
pub enum ReplayFailed {
    #[error(transparent)]
    Unfit(#[from] Unfit),
    #[error("the log or the work cannot be read")]
    Database(#[from] sqlx::Error),
    #[error(transparent)]
    Index(#[from] ChainFault),
    #[error(transparent)]
    Unreadable(#[from] Unreadable),
    #[error(transparent)]
    Record(#[from] RecordFailed),
    #[error("the operation {0} is over")]
    Over(OperationId),
    #[error("the worker has no intake yet; run `airtide migrate up`")]
    NoIntake,
    #[error("what happened up to position {up_to} came with an import and owes nothing here")]
    Imported { up_to: i64 },
    #[error("the read model event_index is at position {at} and has to be at {wanted} to say what was done")]
    IndexBehind { at: i64, wanted: i64 },
}

impl Replay<'_> {
    /// What would be made. Nothing is.
    pub async fn preview(&self, tell: impl FnMut(Replayed)) -> Result<Replayed, ReplayFailed> {
        self.walk(false, tell).await
    }

    /// Makes the work, and writes down that it was made. The same again makes what is left.
    pub async fn carry_out(
        &self,
        operations: &Operations,
        id: &OperationId,
        reason: &str,
        tell: impl FnMut(Replayed),
    ) -> Result<Replayed, ReplayFailed> {
        operations.begin(id, Act::ReplayEvents, self.target(), reason).await?;
        if operations.state(id).await?.ended().is_some() {
            return Err(ReplayFailed::Over(id.clone()));
        }
        let walked = self.walk(true, tell).await;
        let ended = match &walked {
            // Cut short: whoever asks again once the database answers goes on with it.
            Err(failed) if database::is_out_of_reach(failed) => return walked,
            Err(failed) => operations.end(id, came_to_nothing(failed)).await,
            Ok(replayed) => operations.end(id, came(replayed)).await,
        };
        // Why nothing came of it matters more than that this could not be written down.
        let replayed = walked?;
        ended?;
        Ok(replayed)
    }

    pub fn told(&self, operation: Option<OperationId>, replayed: Replayed) -> ReplayTold {
        ReplayTold { worker: self.owing.intake().name(), from: self.from, to: self.to, operation, replayed }
    }

    /// How many positions there are to look at, as far as the log goes.
    pub async fn positions(&self) -> Result<i64, ReplayFailed> {
        let inspector = Inspector::open(self.database_url).await?;
        let end = inspector.end().await?.position;
        inspector.close().await;
        Ok((self.to.min(end) - self.from + 1).max(0))
    }

    /// In words, for the log.
    fn target(&self) -> String {
        let Filter { tenant, event_type, aggregate, id, .. } = &self.filter;
        let range = format!("worker={} from={} to={}", self.owing.intake().name(), self.from, self.to);
        let said = [
            ("tenant", tenant.as_ref().map(ToString::to_string)),
            ("type", event_type.clone()),
            ("aggregate", aggregate.clone()),
            ("id", id.as_ref().map(ToString::to_string)),
        ];
        let said = said.into_iter().filter_map(|(name, value)| Some(format!(" {name}={}", value?)));
        said.fold(range, |range, said| range + &said)
    }

    async fn walk(&self, is_meant: bool, mut tell: impl FnMut(Replayed)) -> Result<Replayed, ReplayFailed> {
        let inspector = Inspector::open(self.database_url).await?;
        self.check_index(&inspector).await?;
        let mut connection = database::connect(self.database_url, Role::Projector).await?;
        let see_tables = format!("set search_path = {}, public", self.owing.intake().schema());
        connection.execute(AssertSqlSafe(see_tables)).await?;
        self.check_imported(&mut connection).await?;
        let end = self.to.min(self.frontier(&mut connection).await?);
        let mut replayed = Replayed { up_to: self.from - 1, ..Replayed::default() };
        while replayed.up_to < end {
            let looked = inspector.look(&self.filter, Start::After(replayed.up_to), end, PAGE).await?;
            let page = page::Page { replay: self, inspector: &inspector, events: looked.events };
            page.give(&mut connection, is_meant, &mut replayed).await?;
            replayed.up_to = looked.to;
            tell(replayed);
            if is_meant {
                pass(FailPoint::AfterMoving);
            }
        }
        connection.close().await?;
        inspector.close().await;
        Ok(replayed)
    }

    /// Intakes pass over it, so nobody would make work of it.
    async fn check_imported(&self, connection: &mut PgConnection) -> Result<(), ReplayFailed> {
        let up_to: Option<i64> = sqlx::query_scalar("select max(last_position) from public.log_imports")
            .fetch_one(connection)
            .await?;
        match up_to {
            Some(up_to) if self.from <= up_to => Err(ReplayFailed::Imported { up_to }),
            _ => Ok(()),
        }
    }

    /// What lies ahead of the intake is left to it.
    async fn frontier(&self, connection: &mut PgConnection) -> Result<i64, ReplayFailed> {
        let intake = self.owing.intake();
        let position = sqlx::query_scalar(
            "select c.position from public.projection_checkpoints c where c.name = $1 and c.version = $2",
        )
        .bind(intake.name())
        .bind(intake.version())
        .fetch_optional(connection)
        .await?;
        position.ok_or(ReplayFailed::NoIntake)
    }

    /// What was done so lately that its row is still there, the index need not know of.
    async fn check_index(&self, inspector: &Inspector) -> Result<(), ReplayFailed> {
        let wanted = inspector.position_at(kept_since()).await?;
        let at = indexed_up_to(self.database_url, inspector).await?;
        if at < wanted { Err(ReplayFailed::IndexBehind { at, wanted }) } else { Ok(()) }
    }
}

/// Whatever was settled since then has its row.
fn kept_since() -> Timestamp {
    Timestamp::now().checked_sub(KEPT - LATE).unwrap_or(Timestamp::MIN)
}

/// What was made until then stays; the same replay makes what is left, as another operation.
fn came_to_nothing(failed: &ReplayFailed) -> Came {
    Came { outcome: Outcome::Failed, count: 0, detail: chain_of(failed) }
}

fn came(replayed: &Replayed) -> Came {
    let Replayed { made, known, done, unsure, events, .. } = replayed;
    let detail = format!("{events} events; {known} known, {done} done, {unsure} unsure");
    Came { outcome: if *unsure == 0 { Outcome::Done } else { Outcome::Partial }, count: *made, detail }
}
