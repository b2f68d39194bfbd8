//! What may be asked about tenants.

use domain::identity::TenantId;
use jiff::Timestamp;
use sqlx::AssertSqlSafe;

use super::{COLUMNS, TenantRow, TenantState};
use crate::TenantTx;

/// The tenant of the transaction.
pub async fn one(tx: &mut TenantTx) -> sqlx::Result<Option<TenantRow>> {
    let sql = format!("select tenant, {COLUMNS} from read.tenants where tenant = $1");
    let (connection, tenant) = tx.parts();
    let row = sqlx::query(AssertSqlSafe(sql)).bind(tenant).fetch_optional(connection).await?;
    row.as_ref().map(|row| TenantRow::from_row(row, "tenant")).transpose()
}

/// All tenants, or those in one state, in the order of their ids, after one of them; in a transaction of the platform's
/// tenant. Any other sees none.
pub async fn list(
    tx: &mut TenantTx,
    state: Option<TenantState>,
    after: Option<&TenantId>,
    limit: usize,
) -> sqlx::Result<Vec<TenantRow>> {
    let is_in_state = match state {
        None => "true",
        Some(TenantState::Open) => "not closed and not suspended and closes_at is null",
        Some(TenantState::Closing) => "not closed and not suspended and closes_at is not null",
        Some(TenantState::Suspended) => "not closed and suspended",
        Some(TenantState::Closed) => "closed",
    };
    let sql = format!(
        "select id, {COLUMNS} from read.tenant_directory
         where tenant = $1 and id > coalesce($2, '') and {is_in_state} order by id limit $3"
    );
    let (connection, platform) = tx.parts();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(platform)
        .bind(after.map(TenantId::as_str))
        .bind(limit as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| TenantRow::from_row(row, "id")).collect()
}

/// Tenants that are to be closed by now, and closed ones in which something may not have ended yet; in a transaction of the
/// platform's tenant.
pub async fn ending(tx: &mut TenantTx, now: Timestamp, limit: usize) -> sqlx::Result<Vec<TenantRow>> {
    let sql = format!(
        "select id, {COLUMNS} from read.tenant_directory
         where tenant = $1 and not emptied and (closed or closes_at <= $2 and not suspended)
         order by id limit $3"
    );
    let (connection, platform) = tx.parts();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(platform)
        .bind(jiff_sqlx::Timestamp::from(now))
        .bind(limit as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| TenantRow::from_row(row, "id")).collect()
}
