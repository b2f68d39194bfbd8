//! What may be asked about activity.

use domain::identity::WorkspaceId;

use super::ActivityRow;
use crate::TenantTx;

/// The newest first, before a position: of one workspace, or of the whole tenant, and only of types that the caller
/// may read.
pub async fn list(
    tx: &mut TenantTx,
    scope: Option<&WorkspaceId>,
    allowed_types: &[&str],
    before: Option<i64>,
    limit: usize,
) -> sqlx::Result<Vec<ActivityRow>> {
    let (connection, tenant) = tx.parts();
    let rows = sqlx::query(
        "select position, scope, event_type, actor, stream_type, stream_id, version, recorded_at from read.activity
         where tenant = $1 and ($2::text is null or scope = $2) and event_type = any($3)
           and position < coalesce($4, 9223372036854775807)
         order by position desc limit $5",
    )
    .bind(tenant)
    .bind(scope.map(WorkspaceId::as_str))
    .bind(allowed_types)
    .bind(before)
    .bind(limit as i64)
    .fetch_all(connection)
    .await?;
    rows.iter().map(ActivityRow::from_row).collect()
}
