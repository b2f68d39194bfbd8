//! What may be asked about bases.

use domain::bases::BaseKey;
use domain::identity::WorkspaceId;
use domain::identity::api_key::NamedBases;
use sqlx::AssertSqlSafe;

use super::{BaseRow, COLUMNS};
use crate::{TenantTx, Visible};

/// Which bases are asked for, of those that are visible.
#[derive(Debug, Default)]
pub struct Wanted<'a> {
    /// Those of one workspace.
    pub workspace: Option<&'a WorkspaceId>,
    /// Those that are named, by the ids that Airtable's clients use.
    pub named: Option<&'a NamedBases>,
}

/// Bases in the order of their ids, after one of them. Those of a workspace that is
/// archived are left out, as far as the read model of workspaces knows of it.
pub async fn list(
    tx: &mut TenantTx,
    visible: &Visible,
    wanted: &Wanted<'_>,
    after: Option<&BaseKey>,
    limit: usize,
) -> sqlx::Result<Vec<BaseRow>> {
    let sql = format!(
        "select {COLUMNS} from read.bases b
         where tenant = $1 and ($2::text[] is null or workspace = any($2)) and ($3::text is null or workspace = $3)
           and id > coalesce($4, '') and ($6::text[] is null or airtable_id = any($6))
           and not exists (select from read.workspaces w where w.tenant = $1 and w.id = b.workspace and w.archived)
         order by id limit $5"
    );
    let named = wanted.named.map(|named| named.ids().map(|id| id.to_string()).collect::<Vec<_>>());
    let (connection, tenant) = tx.parts();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(tenant)
        .bind(visible.ids())
        .bind(wanted.workspace.map(WorkspaceId::as_str))
        .bind(after.map(BaseKey::as_str))
        .bind(limit as i64)
        .bind(named)
        .fetch_all(connection)
        .await?;
    rows.iter().map(BaseRow::from_row).collect()
}
