//! What may be asked about bases.

use domain::bases::BaseKey;
use domain::identity::WorkspaceId;
use sqlx::AssertSqlSafe;

use super::{BaseRow, COLUMNS};
use crate::{TenantTx, Visible};

/// Bases in the order of their ids, after one of them; of one workspace, or of all that are visible. Those of a workspace that is
/// archived are left out, as far as the read model of workspaces knows of it.
pub async fn list(
    tx: &mut TenantTx,
    visible: &Visible,
    workspace: Option<&WorkspaceId>,
    after: Option<&BaseKey>,
    limit: usize,
) -> sqlx::Result<Vec<BaseRow>> {
    let sql = format!(
        "select {COLUMNS} from read.bases b
         where tenant = $1 and ($2::text[] is null or workspace = any($2)) and ($3::text is null or workspace = $3)
           and id > coalesce($4, '')
           and not exists (select from read.workspaces w where w.tenant = $1 and w.id = b.workspace and w.archived)
         order by id limit $5"
    );
    let (connection, tenant) = tx.parts();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(tenant)
        .bind(visible.ids())
        .bind(workspace.map(WorkspaceId::as_str))
        .bind(after.map(BaseKey::as_str))
        .bind(limit as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(BaseRow::from_row).collect()
}
