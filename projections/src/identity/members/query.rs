//! What may be asked about members.

use domain::identity::UserId;
use sqlx::AssertSqlSafe;

use super::{COLUMNS, MemberRow};
use crate::TenantTx;

/// Members in the order of their ids, after one of them.
pub async fn list(tx: &mut TenantTx, after: Option<&UserId>, limit: usize) -> sqlx::Result<Vec<MemberRow>> {
    let sql = format!(
        "select {COLUMNS} from read.members where tenant = $1 and user_id > coalesce($2, '')
         order by user_id limit $3"
    );
    let (connection, tenant) = tx.parts();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(tenant)
        .bind(after.map(UserId::as_str))
        .bind(limit as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(MemberRow::from_row).collect()
}

pub async fn one(tx: &mut TenantTx, user: &UserId) -> sqlx::Result<Option<MemberRow>> {
    let sql = format!("select {COLUMNS} from read.members where tenant = $1 and user_id = $2");
    let (connection, tenant) = tx.parts();
    let row =
        sqlx::query(AssertSqlSafe(sql)).bind(tenant).bind(user.as_str()).fetch_optional(connection).await?;
    row.as_ref().map(MemberRow::from_row).transpose()
}
