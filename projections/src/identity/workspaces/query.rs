//! What may be asked about workspaces.

use domain::identity::WorkspaceId;
use sqlx::AssertSqlSafe;

use super::{COLUMNS, WorkspaceRow};
use crate::{TenantTx, Visible};

/// Workspaces in the order of their ids, after one of them; those that are archived are left out.
pub async fn list(
    tx: &mut TenantTx,
    visible: &Visible,
    after: Option<&WorkspaceId>,
    limit: usize,
) -> sqlx::Result<Vec<WorkspaceRow>> {
    let sql = format!(
        "select {COLUMNS} from read.workspaces
         where tenant = $1 and not archived and ($2::text[] is null or id = any($2)) and id > coalesce($3, '')
         order by id limit $4"
    );
    let (connection, tenant) = tx.parts();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(tenant)
        .bind(visible.ids())
        .bind(after.map(WorkspaceId::as_str))
        .bind(limit as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(WorkspaceRow::from_row).collect()
}

/// One workspace, archived or not.
pub async fn one(tx: &mut TenantTx, id: &WorkspaceId) -> sqlx::Result<Option<WorkspaceRow>> {
    let sql = format!("select {COLUMNS} from read.workspaces where tenant = $1 and id = $2");
    let (connection, tenant) = tx.parts();
    let row =
        sqlx::query(AssertSqlSafe(sql)).bind(tenant).bind(id.as_str()).fetch_optional(connection).await?;
    row.as_ref().map(WorkspaceRow::from_row).transpose()
}
