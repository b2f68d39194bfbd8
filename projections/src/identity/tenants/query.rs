//! What may be asked about a tenant.

use sqlx::AssertSqlSafe;

use super::{COLUMNS, TenantRow};
use crate::TenantTx;

/// The tenant of the transaction.
pub async fn one(tx: &mut TenantTx) -> sqlx::Result<Option<TenantRow>> {
    let sql = format!("select {COLUMNS} from read.tenants where tenant = $1");
    let (connection, tenant) = tx.parts();
    let row = sqlx::query(AssertSqlSafe(sql)).bind(tenant).fetch_optional(connection).await?;
    row.as_ref().map(TenantRow::from_row).transpose()
}
