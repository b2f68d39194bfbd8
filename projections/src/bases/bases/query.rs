//! What may be asked about bases.

use domain::bases::ids::BaseId;
use domain::bases::{BaseKey, schema};
use domain::identity::WorkspaceId;
use domain::identity::api_key::NamedBases;
use sqlx::{AssertSqlSafe, Row};

use super::{BaseRow, COLUMNS, TableRow};
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

pub async fn one(tx: &mut TenantTx, base: &BaseKey) -> sqlx::Result<Option<BaseRow>> {
    let sql = format!("select {COLUMNS} from read.bases where tenant = $1 and id = $2");
    let (connection, tenant) = tx.parts();
    let row =
        sqlx::query(AssertSqlSafe(sql)).bind(tenant).bind(base.as_str()).fetch_optional(connection).await?;
    row.as_ref().map(BaseRow::from_row).transpose()
}

/// The tables of the first bases, in the order of these and of their schemas.
pub async fn tables(tx: &mut TenantTx, visible: &Visible, bases_max: usize) -> sqlx::Result<Vec<TableRow>> {
    let sql = "select b.airtable_id, t.told->>'id' as id, t.told->>'name' as name
         from (select * from read.bases b
               where tenant = $1 and ($2::text[] is null or workspace = any($2))
                 and not exists (select from read.workspaces w where w.tenant = $1 and w.id = b.workspace and w.archived)
               order by id limit $3) b
         cross join lateral json_array_elements(b.schema::json->'tables') with ordinality t(told, place)
         order by b.id, t.place";
    let (connection, tenant) = tx.parts();
    let rows = sqlx::query(sql)
        .bind(tenant)
        .bind(visible.ids())
        .bind(bases_max as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(TableRow::from_row).collect()
}

/// The schema of the base that Airtable's clients call so, with the version of the base.
pub async fn schema(
    tx: &mut TenantTx,
    visible: &Visible,
    base: BaseId,
) -> sqlx::Result<Option<(schema::Base, i64)>> {
    let sql = "select schema, version from read.bases b
         where tenant = $1 and airtable_id = $2 and ($3::text[] is null or workspace = any($3))
           and not exists (select from read.workspaces w where w.tenant = $1 and w.id = b.workspace and w.archived)";
    let (connection, tenant) = tx.parts();
    let row = sqlx::query(sql)
        .bind(tenant)
        .bind(base.as_str())
        .bind(visible.ids())
        .fetch_optional(connection)
        .await?;
    let unread =
        |error: serde_json::Error| sqlx::Error::ColumnDecode { index: "schema".into(), source: error.into() };
    let read = |row: sqlx::postgres::PgRow| {
        Ok((serde_json::from_str(row.try_get("schema")?).map_err(unread)?, row.try_get("version")?))
    };
    row.map(read).transpose()
}
