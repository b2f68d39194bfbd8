//! The writer's own connection, and what an error on it says about the batch that was sent.

use std::time::Duration;

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;
use sqlx::postgres::types::Oid;
use sqlx::{Connection, PgConnection, Row};
use uuid::Uuid;

use super::batch::Batch;
use super::rows::RowTypes;
use super::{Appended, Verdict};
use crate::database::{self, Role, Unfit};

/// Longest wait for one call, beyond every timeout that Postgres keeps itself.
const CALL_TIMEOUT: Duration = Duration::from_secs(8);

const APPEND: &str = "select first_position, recorded_at from append($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16::text::jsonb)";
const VERDICTS: &str = "select unit, verdict, first_position, recorded_at from verdicts($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13::text::jsonb)";

/// What became of one call.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    /// The batch was refused, for the sake of one unit or several. Nothing was written.
    #[error("the batch is refused")]
    Refused,
    /// These claims are locked by somebody else at this moment. Nothing was written.
    #[error("claims are locked: {0:?}")]
    ClaimsLocked(Vec<String>),
    /// The log is of another incarnation. Nothing was written.
    #[error("the log is of another incarnation")]
    Incarnation,
    /// Postgres cannot at this moment. Nothing was written.
    #[error("Postgres cannot at this moment: {0}")]
    NotNow(String),
    /// There is no connection, so nothing was sent.
    #[error("there is no connection: {0}")]
    NotSent(String),
    /// The connection broke under way: the batch may have been written.
    #[error("the connection broke: {0}")]
    Lost(String),
    /// The statement itself cannot run here, whatever is in the batch. Nothing was written.
    #[error("the statement cannot run here: {0}")]
    Unfit(String),
    /// Postgres rejects something in the batch. Nothing was written.
    #[error("Postgres rejects the batch: {0}")]
    Unforeseen(String),
}

/// One answer of `verdicts`.
pub enum Judgement {
    Committed(Appended),
    Named(Vec<(usize, Verdict)>),
}

/// A backend of Postgres, told apart from all others by a name that its connection took. Neither number nor start
/// would do: numbers come again, and the role in force may not see when its own login began the session.
#[derive(Debug, Clone)]
pub struct Backend {
    name: String,
}

pub struct WriterConnection {
    connection: PgConnection,
    pub backend: Backend,
    pub types: RowTypes,
    pub incarnation: Uuid,
    pub head: i64,
}

impl Backend {
    async fn name(connection: &mut PgConnection) -> sqlx::Result<Self> {
        let name = format!("airtide writer {}", Uuid::now_v7());
        sqlx::query("select set_config('application_name', $1, false)")
            .bind(&name)
            .execute(connection)
            .await?;
        Ok(Self { name })
    }
}

impl WriterConnection {
    pub async fn open(url: &str) -> Result<Self, Unfit> {
        let mut connection = database::connect(url, Role::LogWriter).await?;
        database::check(&mut connection).await?;
        let backend = Backend::name(&mut connection).await.map_err(Unfit::Unanswered)?;
        let row = sqlx::query(
            "select 'new_event'::regtype::oid as row_type, 'new_event[]'::regtype::oid as array_type,
                    b.incarnation, b.last_position
             from log_batches b order by b.last_position desc limit 1",
        )
        .fetch_one(&mut connection)
        .await
        .map_err(Unfit::Unanswered)?;
        let read = || -> sqlx::Result<(RowTypes, Uuid, i64)> {
            let types =
                RowTypes { row: row.try_get::<Oid, _>("row_type")?, array: row.try_get("array_type")? };
            Ok((types, row.try_get("incarnation")?, row.try_get("last_position")?))
        };
        let (types, incarnation, head) = read().map_err(Unfit::Unanswered)?;
        Ok(Self { connection, backend, types, incarnation, head })
    }

    pub async fn append(&mut self, batch_id: Uuid, batch: &Batch<'_>) -> Result<Appended, Failure> {
        let call = sqlx::query(APPEND)
            .bind(batch_id)
            .bind(self.incarnation)
            .bind(&batch.rows)
            .bind(&batch.digests[..])
            .bind(&batch.known.number[..])
            .bind(&batch.known.version[..])
            .bind(&batch.known.position[..])
            .bind(&batch.new.tenant[..])
            .bind(&batch.new.aggregate[..])
            .bind(&batch.new.id[..])
            .bind(&batch.new.first[..])
            .bind(&batch.commands.id[..])
            .bind(&batch.commands.mac[..])
            .bind(&batch.commands.first[..])
            .bind(&batch.commands.events[..])
            .bind(batch.guards.as_deref())
            .fetch_one(&mut self.connection);
        let row = in_time(call).await?;
        appended(&row).map_err(Failure::of)
    }

    /// Asks who may not pass. `seen` is a head position known before the batch was first sent.
    pub async fn verdicts(
        &mut self,
        batch_id: Uuid,
        seen: i64,
        batch: &Batch<'_>,
    ) -> Result<Judgement, Failure> {
        let call = sqlx::query(VERDICTS)
            .bind(batch_id)
            .bind(seen)
            .bind(&batch.known.unit[..])
            .bind(&batch.known.number[..])
            .bind(&batch.known.version[..])
            .bind(&batch.known.position[..])
            .bind(&batch.new.unit[..])
            .bind(&batch.new.tenant[..])
            .bind(&batch.new.aggregate[..])
            .bind(&batch.new.id[..])
            .bind(&batch.commands.unit[..])
            .bind(&batch.commands.id[..])
            .bind(batch.guards.as_deref())
            .fetch_all(&mut self.connection);
        let rows = in_time(call).await?;
        let mut named = Vec::with_capacity(rows.len());
        for row in &rows {
            let unit: i32 = row.try_get("unit").map_err(Failure::of)?;
            match usize::try_from(unit) {
                Err(_) => return Ok(Judgement::Committed(appended(row).map_err(Failure::of)?)),
                Ok(unit) => named.push((unit, verdict(row).map_err(Failure::of)?)),
            }
        }
        Ok(Judgement::Named(named))
    }

    pub async fn close(self) {
        // Closing politely is a courtesy; a connection that is gone is closed already.
        let _ = self.connection.close().await;
    }
}

/// Ends a backend whose connection was lost, so that what it was sent is not carried out behind our back after
/// its units were answered. One that is committing finishes first; the lock makes us wait for it.
pub async fn terminate(url: &str, backend: &Backend) -> Result<(), Unfit> {
    // As the login: only it may end its own sessions.
    let mut login = PgConnection::connect_with(&database::options(url)?).await.map_err(Unfit::Unreachable)?;
    sqlx::query("select pg_terminate_backend(pid) from pg_stat_activity where application_name = $1")
        .bind(&backend.name)
        .execute(&mut login)
        .await
        .map_err(Unfit::Unanswered)?;
    login.close().await.map_err(Unfit::Unanswered)
}

async fn in_time<T>(call: impl Future<Output = sqlx::Result<T>>) -> Result<T, Failure> {
    match tokio::time::timeout(CALL_TIMEOUT, call).await {
        Ok(result) => result.map_err(Failure::of),
        Err(_) => Err(Failure::Lost(format!("no answer within {CALL_TIMEOUT:?}"))),
    }
}

fn appended(row: &sqlx::postgres::PgRow) -> sqlx::Result<Appended> {
    Ok(Appended {
        first_position: row.try_get("first_position")?,
        recorded_at: row.try_get::<jiff_sqlx::Timestamp, _>("recorded_at")?.to_jiff(),
    })
}

fn verdict(row: &sqlx::postgres::PgRow) -> sqlx::Result<Verdict> {
    Ok(match row.try_get("verdict")? {
        "duplicate" => Verdict::Duplicate { first_position: row.try_get("first_position")? },
        "conflict" => Verdict::Conflict,
        "taken" => Verdict::Taken,
        "not_owner" => Verdict::NotOwner,
        "fenced" => Verdict::Fenced,
        "over_quota" => Verdict::OverQuota,
        other => return Err(sqlx::Error::Protocol(format!("unknown verdict {other}"))),
    })
}

impl Failure {
    fn of(error: sqlx::Error) -> Self {
        let sqlx::Error::Database(database_error) = &error else {
            return Self::Lost(error.to_string());
        };
        let code = database_error.code().unwrap_or_default();
        let message = || format!("{database_error} ({code})");
        match code.as_ref() {
            "AT001" | "23505" => Self::Refused,
            "AT002" => Self::Incarnation,
            "AT003" => Self::ClaimsLocked(claims_of(&**database_error)),
            // The server ended the session: before, while or after it committed.
            "57P01" | "57P02" | "57P05" => Self::Lost(message()),
            // Timeouts, deadlocks, resources, shutting down or starting up, a standby.
            "55P03" | "57014" | "57P03" | "40001" | "40P01" | "25006" => Self::NotNow(message()),
            code if code.starts_with("53") => Self::NotNow(message()),
            code if code.starts_with("08") => Self::Lost(message()),
            code if code.starts_with("42") || code.starts_with("28") || code.starts_with("3F") => {
                Self::Unfit(message())
            }
            _ => Self::Unforeseen(message()),
        }
    }
}

/// The claims that the function `hold_guards` names in its error.
fn claims_of(error: &dyn DatabaseError) -> Vec<String> {
    let detail = error.try_downcast_ref::<PgDatabaseError>().and_then(PgDatabaseError::detail);
    detail.and_then(|detail| serde_json::from_str(detail).ok()).unwrap_or_default()
}
