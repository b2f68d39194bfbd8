//! The counters that exact quotas are held by. They are no read model: the log moves them itself, so they lag behind nothing.

use domain::identity::Quota;

use crate::TenantTx;

/// How much the tenant of the transaction uses.
pub async fn used(tx: &mut TenantTx, quota: Quota) -> sqlx::Result<u64> {
    let (connection, tenant) = tx.parts();
    let used: Option<i64> = sqlx::query_scalar("select used from counters where tenant = $1 and name = $2")
        .bind(tenant)
        .bind(quota.as_str())
        .fetch_optional(connection)
        .await?;
    Ok(used.unwrap_or_default().unsigned_abs())
}
