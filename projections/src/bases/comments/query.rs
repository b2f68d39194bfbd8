//! What may be asked about comments.

use std::collections::HashMap;

use domain::bases::BaseKey;
use domain::bases::ids::{ModelId, RecordId};
use sqlx::AssertSqlSafe;

use super::{COLUMNS, CommentRow};
use crate::TenantTx;

/// Comments on a record from the newest on, or from before one of them.
pub async fn page(
    tx: &mut TenantTx,
    base: &BaseKey,
    record: RecordId,
    before: Option<i64>,
    limit: usize,
) -> sqlx::Result<Vec<CommentRow>> {
    let sql = format!(
        "select {COLUMNS} from read.comments
         where tenant = $1 and base = $2 and record = $3 and written < coalesce($4, 9223372036854775807)
         order by written desc limit $5"
    );
    let (connection, tenant) = tx.parts();
    let rows = sqlx::query(AssertSqlSafe(sql))
        .bind(tenant)
        .bind(base.as_str())
        .bind(record.as_str())
        .bind(before)
        .bind(limit as i64)
        .fetch_all(connection)
        .await?;
    rows.iter().map(CommentRow::from_row).collect()
}

/// How many there are on each of some records; one that has none is left out.
pub async fn counts(
    tx: &mut TenantTx,
    base: &BaseKey,
    records: &[RecordId],
) -> sqlx::Result<HashMap<RecordId, i64>> {
    let (connection, tenant) = tx.parts();
    let rows: Vec<(String, i64)> = sqlx::query_as(
        "select record, count(*) from read.comments where tenant = $1 and base = $2 and record = any($3)
         group by record",
    )
    .bind(tenant)
    .bind(base.as_str())
    .bind(records.iter().map(ModelId::as_str).collect::<Vec<_>>())
    .fetch_all(connection)
    .await?;
    let read = |(record, count): (String, i64)| Some((RecordId::parse(&record).ok()?, count));
    Ok(rows.into_iter().filter_map(read).collect())
}
