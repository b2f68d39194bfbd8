//! Holds the rows of a read model against a fold of the log.
//!
//! The log is folded into tables that last as long as the connection, up to where the read model is; the last of it in
//! a snapshot of the database, in which rows and checkpoint belong together. Then both have taken in the same events and
//! must say the same, while the owner goes on.

use eventstore::check::{CheckFailed, Checked};
use eventstore::database::{self, Role};
use eventstore::event::Recorded;
use eventstore::limits::PAGE_EVENTS_MAX;
use eventstore::read::Reader;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection};
use std::collections::HashSet;
use std::sync::Arc;

use super::fault::Fault;
use super::projection::{OpenedEvent, Projection};

/// As `doctor` says it of what nobody writes.
const NOT_MADE_YET: &str = "not made yet: start `airtide serve` with the role projections";
/// Differing rows of a table that are told.
const TOLD_MAX: usize = 20;
/// How often it is begun again for an owner who tidies up meanwhile.
const TRIES: u32 = 5;
/// Plans that are right for reading a few rows by an index are wrong where all are looked at.
pub(super) const LOOKS_AT_ALL_ROWS: &str = "set local plan_cache_mode = auto; set local enable_seqscan = on;
     set local enable_hashjoin = on; set local enable_mergejoin = on; set local work_mem = '64MB'";

#[derive(Debug, thiserror::Error)]
pub enum CompareFailed {
    #[error(transparent)]
    Check(#[from] CheckFailed),
    #[error(transparent)]
    Fault(#[from] Fault),
}

impl From<sqlx::Error> for CompareFailed {
    fn from(error: sqlx::Error) -> Self {
        Self::Check(error.into())
    }
}

/// Compares every row of a read model with what the log says.
pub async fn compare(
    database_url: &str,
    reader: &Reader,
    projection: &'static dyn Projection,
) -> Result<Checked, CompareFailed> {
    let opened = database::connect(database_url, Role::Projector).await;
    let mut connection = opened.map_err(CheckFailed::from)?;
    // Names without a schema are those of the fold from here on. No time limit: whoever checks has time.
    connection.execute("set statement_timeout = 0; set search_path = pg_temp, public").await?;
    connection.execute(AssertSqlSafe(projection.tables().to_owned())).await?;
    let mut fold = Fold { reader, projection, position: 0, parked: HashSet::new() };
    fold.parked = parked(&mut connection, projection).await?;
    let now = position(&mut connection, projection).await?;
    fold.up_to(&mut connection, now).await?;

    let mut tries = 1..TRIES;
    let (seen, differences) = loop {
        match in_a_snapshot(&mut connection, &mut fold).await {
            // The owner has tidied up the same rows. What was folded in the snapshot is undone with it.
            Err(CompareFailed::Check(CheckFailed::Database(error)))
                if is_overtaken(&error) && tries.next().is_some() =>
            {
                fold.position = now;
            }
            compared => break compared?,
        }
    };
    connection.close().await?;
    let check = format!("{} equals a fold of the log", projection.name());
    let is_made = seen > 0 || reader.end().await?.position == 0;
    Ok(match is_made || !differences.is_empty() {
        true => Checked::new(check, seen, differences),
        false => Checked::not_yet(check, NOT_MADE_YET),
    })
}

/// Where the read model is, and what differs there.
async fn in_a_snapshot(
    connection: &mut PgConnection,
    fold: &mut Fold<'_>,
) -> Result<(i64, Vec<String>), CompareFailed> {
    let mut transaction = connection.begin_with("begin isolation level repeatable read").await?;
    let seen = position(&mut transaction, fold.projection).await?;
    fold.parked = parked(&mut transaction, fold.projection).await?;
    fold.up_to(&mut transaction, seen).await?;
    tidy(&mut transaction, fold.projection).await?;
    transaction.execute(LOOKS_AT_ALL_ROWS).await?;
    let differences = differences(&mut transaction, fold.projection).await?;
    transaction.rollback().await?;
    Ok((seen, differences))
}

/// Somebody else has changed a row since the snapshot was taken.
fn is_overtaken(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(|error| error.code()).is_some_and(|code| code == "40001")
}

struct Fold<'a> {
    reader: &'a Reader,
    projection: &'static dyn Projection,
    position: i64,
    /// Events that are set aside: neither side has them.
    parked: HashSet<i64>,
}

impl Fold<'_> {
    async fn up_to(&mut self, connection: &mut PgConnection, position: i64) -> Result<(), CompareFailed> {
        while self.position < position {
            let last = position.min(self.position + PAGE_EVENTS_MAX as i64);
            let events = self.reader.between(self.position + 1, last).await?;
            self.project(connection, events).await?;
            self.position = last;
        }
        Ok(())
    }

    async fn project(
        &self,
        connection: &mut PgConnection,
        events: Vec<Recorded>,
    ) -> Result<(), CompareFailed> {
        let is_wanted =
            |event: &Recorded| self.projection.key(event).is_some() && !self.parked.contains(&event.position);
        let wanted: Vec<Arc<Recorded>> = events.into_iter().filter(is_wanted).map(Arc::new).collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let opened = self.projection.open(self.reader.sealer(), wanted).await;
        let opened: Vec<OpenedEvent> = opened.into_iter().collect::<Result<_, _>>().map_err(Fault::Read)?;
        let borrowed: Vec<&OpenedEvent> = opened.iter().collect();
        Ok(self.projection.project(connection, &borrowed).await.map_err(Fault::Project)?)
    }
}

/// What is past keeping counts on neither side. Undone with the transaction.
async fn tidy(connection: &mut PgConnection, projection: &dyn Projection) -> sqlx::Result<()> {
    // Where it is not named, Postgres looks into `pg_temp` first.
    let schema = format!("{}, pg_temp", projection.schema());
    for place in [schema.as_str(), "pg_temp, public"] {
        connection.execute(AssertSqlSafe(format!("set local search_path = {place}"))).await?;
        while projection.tidy(connection).await? > 0 {}
    }
    Ok(())
}

async fn position(connection: &mut PgConnection, projection: &dyn Projection) -> sqlx::Result<i64> {
    let sql = "select position from public.projection_checkpoints where name = $1 and version = $2";
    let position = sqlx::query_scalar(sql)
        .bind(projection.name())
        .bind(projection.version())
        .fetch_optional(connection)
        .await?;
    Ok(position.unwrap_or_default())
}

async fn parked(connection: &mut PgConnection, projection: &dyn Projection) -> sqlx::Result<HashSet<i64>> {
    let positions: Vec<i64> =
        sqlx::query_scalar("select position from public.parked_events where name = $1 and version = $2")
            .bind(projection.name())
            .bind(projection.version())
            .fetch_all(connection)
            .await?;
    Ok(positions.into_iter().collect())
}

/// Rows that only one side has, table by table.
async fn differences(
    connection: &mut PgConnection,
    projection: &dyn Projection,
) -> sqlx::Result<Vec<String>> {
    let schema = projection.schema();
    let tables: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p')
         order by 1",
    )
    .bind(&schema)
    .fetch_all(&mut *connection)
    .await?;
    let mut differences = Vec::new();
    for table in tables {
        let sql = format!(
            "select side || ' of {table}: ' || row::text from (
               (select 'only a row' as side, to_jsonb(t) as row from {schema}.{table} t
                except select 'only a row', to_jsonb(t) from pg_temp.{table} t)
               union all
               (select 'only in the log', to_jsonb(t) from pg_temp.{table} t
                except select 'only in the log', to_jsonb(t) from {schema}.{table} t)) d
             limit {TOLD_MAX}"
        );
        let found: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut *connection).await?;
        differences.extend(found);
    }
    Ok(differences)
}
