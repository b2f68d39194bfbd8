//! What may be asked about events: they come from the log itself, found by the index.

use domain::identity::WorkspaceId;
use eventstore::event::{COLUMNS, Recorded};
use sqlx::AssertSqlSafe;
use uuid::Uuid;

use crate::{TenantTx, Visible};

/// What somebody may read: events of these types, of the workspaces they see and of none.
#[derive(Debug, Clone)]
pub struct Readable<'a> {
    pub visible: &'a Visible,
    pub types: &'a [&'a str],
}

/// Events after a position, oldest first: of one workspace, or of everything that is visible. Personal fields are
/// sealed.
pub async fn list(
    tx: &mut TenantTx,
    readable: &Readable<'_>,
    scope: Option<&WorkspaceId>,
    after: i64,
    limit: usize,
) -> sqlx::Result<Vec<Recorded>> {
    let sql = format!(
        "select {COLUMNS} from read.event_index i join events e on e.position = i.position and e.tenant = i.tenant
         where i.tenant = $1 and i.position > $2 and i.event_type = any($3)
           and ($4::text[] is null or i.scope is null or i.scope = any($4))
           and ($5::text is null or i.scope = $5)
         order by i.position limit $6"
    );
    let (connection, tenant) = tx.parts();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(tenant)
        .bind(after)
        .bind(readable.types)
        .bind(readable.visible.ids())
        .bind(scope.map(WorkspaceId::as_str))
        .bind(limit as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(Recorded::from_row).collect()
}

/// The events of one chain of causes after a position, oldest first.
pub async fn of_correlation(
    tx: &mut TenantTx,
    readable: &Readable<'_>,
    correlation_id: Uuid,
    after: i64,
    limit: usize,
) -> sqlx::Result<Vec<Recorded>> {
    let sql = format!(
        "select {COLUMNS} from read.event_index i join events e on e.position = i.position and e.tenant = i.tenant
         where i.correlation_id = $1 and i.tenant = $2 and i.position > $3 and i.event_type = any($4)
           and ($5::text[] is null or i.scope is null or i.scope = any($5))
         order by i.position limit $6"
    );
    let (connection, tenant) = tx.parts();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(correlation_id)
        .bind(tenant)
        .bind(after)
        .bind(readable.types)
        .bind(readable.visible.ids())
        .bind(limit as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(Recorded::from_row).collect()
}
