//! What may be asked about webhooks.

use domain::identity::{WebhookId, WorkspaceId};
use sqlx::AssertSqlSafe;

use super::delivery::{self, DeliveryRow};
use super::{COLUMNS, WebhookRow};
use crate::TenantTx;

/// Webhooks of a workspace in the order of their ids, after one of them.
pub async fn list(
    tx: &mut TenantTx,
    workspace: &WorkspaceId,
    after: Option<&WebhookId>,
    limit: usize,
) -> sqlx::Result<Vec<WebhookRow>> {
    let sql = format!(
        "select {COLUMNS} from read.webhooks
         where tenant = $1 and workspace = $2 and id > coalesce($3, '') order by id limit $4"
    );
    let (connection, tenant) = tx.parts();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(tenant)
        .bind(workspace.as_str())
        .bind(after.map(WebhookId::as_str))
        .bind(limit as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(WebhookRow::from_row).collect()
}

/// Attempts to deliver to a webhook, the newest first, before a position.
pub async fn deliveries(
    tx: &mut TenantTx,
    webhook: &WebhookId,
    before: Option<i64>,
    limit: usize,
) -> sqlx::Result<Vec<DeliveryRow>> {
    let columns = delivery::COLUMNS;
    let sql = format!(
        "select {columns} from read.webhook_deliveries
         where tenant = $1 and webhook_id = $2 and position < coalesce($3, 9223372036854775807)
         order by position desc limit $4"
    );
    let (connection, tenant) = tx.parts();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(tenant)
        .bind(webhook.as_str())
        .bind(before)
        .bind(limit as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(DeliveryRow::from_row).collect()
}
