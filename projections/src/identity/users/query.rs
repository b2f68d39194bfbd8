//! What may be asked about users, in a transaction of the platform's tenant; any other sees nobody.

use domain::identity::UserId;
use sqlx::AssertSqlSafe;

use super::{COLUMNS, UserRow, UserState};
use crate::TenantTx;

/// Users in the order of their ids, after one of them: all, or those in one state.
pub async fn list(
    tx: &mut TenantTx,
    state: Option<UserState>,
    after: Option<&UserId>,
    limit: usize,
) -> sqlx::Result<Vec<UserRow>> {
    let sql = format!(
        "select {COLUMNS} from read.users
         where tenant = $1 and ($4::text is null or state = $4) and id > coalesce($2, '') order by id limit $3"
    );
    let (connection, tenant) = tx.parts();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(tenant)
        .bind(after.map(UserId::as_str))
        .bind(limit as i64)
        .bind(state.map(UserState::as_str))
        .fetch_all(connection)
        .await?;
    rows.iter().map(UserRow::from_row).collect()
}

pub async fn one(tx: &mut TenantTx, id: &UserId) -> sqlx::Result<Option<UserRow>> {
    let sql = format!("select {COLUMNS} from read.users where tenant = $1 and id = $2");
    let (connection, tenant) = tx.parts();
    let row =
        sqlx::query(AssertSqlSafe(sql)).bind(tenant).bind(id.as_str()).fetch_optional(connection).await?;
    row.as_ref().map(UserRow::from_row).transpose()
}
