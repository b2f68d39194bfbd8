//! Reading the log: streams, ranges, and states as they were. Pages are bounded and each is a transaction of its
//! own, so that no reader keeps old row versions alive.

mod filter;
mod state;
mod stretch;

pub use filter::{Filter, Page};
pub use state::{At, StateAt, StateFault};
pub use stretch::{Looked, Start, within};

use std::sync::Arc;

use domain::identity::TenantId;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgPool};

use crate::append::Head;
use crate::event::{COLUMNS, Recorded, StreamName};
use crate::follow::{Bounds, CHANNEL, EventPage, FollowFault, read_page};
use crate::limits::PAGE_EVENTS_MAX;
use crate::seal::Sealer;

/// Reads events of every tenant; whoever hands it out answers for who sees what. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    pool: PgPool,
    sealer: Arc<Sealer>,
}

impl Reader {
    pub(crate) fn new(pool: PgPool, sealer: Arc<Sealer>) -> Self {
        Self { pool, sealer }
    }

    pub(crate) fn pool(&self) -> &PgPool {
        &self.pool
    }

    pub fn sealer(&self) -> &Sealer {
        &self.sealer
    }

    /// Events of a stream after a version, oldest first, at most a page.
    pub async fn stream(
        &self,
        stream: &StreamName,
        after_version: i64,
        limit: usize,
    ) -> sqlx::Result<Vec<Recorded>> {
        let sql = format!(
            "select {COLUMNS} from streams s join events e on e.stream_no = s.stream_no and e.position >= s.stream_no
             where s.tenant = $1 and s.type = $2 and s.id = $3 and e.seq > $4 order by e.seq limit $5"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(stream.tenant.as_str())
            .bind(&*stream.aggregate)
            .bind(stream.id.as_str())
            .bind(after_version)
            .bind(limit.min(PAGE_EVENTS_MAX) as i64)
            .fetch_all(&self.pool)
            .await?;
        recorded(&rows)
    }

    /// One event of a stream.
    pub async fn event_at(&self, stream: &StreamName, version: i64) -> sqlx::Result<Option<Recorded>> {
        let found = self.stream(stream, version - 1, 1).await?;
        Ok(found.into_iter().next().filter(|event| event.version == version))
    }

    /// The last event of a stream.
    pub async fn last_event(&self, stream: &StreamName) -> sqlx::Result<Option<Recorded>> {
        let sql = format!(
            "select {COLUMNS} from streams s join events e on e.stream_no = s.stream_no and e.position >= s.stream_no
             where s.tenant = $1 and s.type = $2 and s.id = $3 order by e.seq desc limit 1"
        );
        let row = sqlx::query(AssertSqlSafe(sql))
            .bind(stream.tenant.as_str())
            .bind(&*stream.aggregate)
            .bind(stream.id.as_str())
            .fetch_optional(&self.pool)
            .await?;
        row.as_ref().map(Recorded::from_row).transpose()
    }

    /// The first events of streams whose ids begin like this, of all tenants, in the order of these ids.
    pub async fn begun(&self, prefix: &str, after_id: &str, limit: usize) -> sqlx::Result<Vec<Recorded>> {
        let sql = format!(
            "select {COLUMNS} from streams s join events e on e.position = s.stream_no
             where s.id > greatest($1 || '_', $2) and s.id < $1 || '`' order by s.id limit $3"
        );
        let rows = sqlx::query(AssertSqlSafe(sql))
            .bind(prefix)
            .bind(after_id)
            .bind(limit.min(PAGE_EVENTS_MAX) as i64)
            .fetch_all(&self.pool)
            .await?;
        recorded(&rows)
    }

    /// The ids of a tenant's streams that begin like this, in order.
    pub async fn ids_in(
        &self,
        tenant: &TenantId,
        prefix: &str,
        after_id: &str,
        limit: usize,
    ) -> sqlx::Result<Vec<String>> {
        sqlx::query_scalar(
            "select id from streams
             where tenant = $1 and id > greatest($2 || '_', $3) and id < $2 || '`' order by id limit $4",
        )
        .bind(tenant.as_str())
        .bind(prefix)
        .bind(after_id)
        .bind(limit.min(PAGE_EVENTS_MAX) as i64)
        .fetch_all(&self.pool)
        .await
    }

    /// The tenants that have a stream of this id.
    pub async fn tenants_with(&self, id: &str) -> sqlx::Result<Vec<String>> {
        sqlx::query_scalar("select distinct tenant from streams where id = $1 order by 1")
            .bind(id)
            .fetch_all(&self.pool)
            .await
    }

    /// All events of a short range of positions.
    pub async fn between(&self, first: i64, last: i64) -> sqlx::Result<Vec<Recorded>> {
        let sql =
            format!("select {COLUMNS} from events e where e.position between $1 and $2 order by e.position");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(first).bind(last).fetch_all(&self.pool).await?;
        recorded(&rows)
    }

    /// The events at these positions, in order.
    pub async fn at(&self, positions: &[i64]) -> sqlx::Result<Vec<Recorded>> {
        let sql = format!("select {COLUMNS} from events e where e.position = any($1) order by e.position");
        let rows = sqlx::query(AssertSqlSafe(sql)).bind(positions).fetch_all(&self.pool).await?;
        recorded(&rows)
    }

    /// Consecutive events after a position, up to a head that is known.
    pub async fn page(&self, head: Head, after: i64, bounds: Bounds) -> Result<EventPage, FollowFault> {
        read_page(&self.pool, head, after, bounds).await
    }

    /// The end of the log.
    pub async fn end(&self) -> sqlx::Result<Head> {
        let (incarnation, position) = sqlx::query_as(
            "select incarnation, last_position from log_batches order by last_position desc limit 1",
        )
        .fetch_one(&self.pool)
        .await?;
        Ok(Head { incarnation, position })
    }

    /// Wakes the other nodes. It tells them nothing that they believe.
    pub(crate) async fn announce(&self, head: Head) -> sqlx::Result<()> {
        let told = format!("{}:{}", head.incarnation, head.position);
        sqlx::query("select pg_notify($1, $2)").bind(CHANNEL).bind(told).execute(&self.pool).await?;
        Ok(())
    }

    /// The highest position.
    pub async fn head(&self) -> sqlx::Result<i64> {
        sqlx::query_scalar("select last_position from log_batches order by last_position desc limit 1")
            .fetch_one(&self.pool)
            .await
    }
}

fn recorded(rows: &[PgRow]) -> sqlx::Result<Vec<Recorded>> {
    rows.iter().map(Recorded::from_row).collect()
}
