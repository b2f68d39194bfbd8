//! What may be asked of the audit of one tenant.

use domain::identity::WorkspaceId;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{Postgres, QueryBuilder, Row};

use super::{AuditRow, COLUMNS};
use crate::{TenantTx, Visible};

/// What is asked for. What is left out fits everything.
#[derive(Debug, Clone, Default)]
pub struct AuditFilter {
    pub actor: Option<String>,
    /// The type of the event, as in `membership.added`.
    pub action: Option<String>,
    /// The id of what it was done to.
    pub target: Option<String>,
    pub outcome: Option<String>,
    pub workspace: Option<WorkspaceId>,
    pub since: Option<Timestamp>,
    /// Not itself.
    pub until: Option<Timestamp>,
}

/// A row, and what the chain of the log had come to with the batch that it lies in, as `log show` says it.
#[derive(Debug, Clone, PartialEq)]
pub struct Exported {
    pub row: AuditRow,
    pub chain_hash: String,
}

/// The newest first, before a position.
pub async fn list(
    tx: &mut TenantTx,
    visible: &Visible,
    filter: &AuditFilter,
    before: Option<i64>,
    limit: usize,
) -> sqlx::Result<Vec<AuditRow>> {
    let (connection, tenant) = tx.parts();
    let mut sql = QueryBuilder::new(format!("select {COLUMNS} from read.audit where tenant = "));
    sql.push_bind(tenant);
    sql.push(" and position < ").push_bind(before.unwrap_or(i64::MAX));
    push_fitting(&mut sql, visible, filter);
    sql.push(" order by position desc limit ").push_bind(limit as i64);
    sql.build().fetch_all(connection).await?.iter().map(AuditRow::from_row).collect()
}

/// The oldest first, after a position.
pub async fn export(
    tx: &mut TenantTx,
    visible: &Visible,
    filter: &AuditFilter,
    after: i64,
    limit: usize,
) -> sqlx::Result<Vec<Exported>> {
    let (connection, tenant) = tx.parts();
    let mut sql =
        QueryBuilder::new(format!("with fitting as (select {COLUMNS} from read.audit where tenant = "));
    sql.push_bind(tenant);
    sql.push(" and position > ").push_bind(after);
    push_fitting(&mut sql, visible, filter);
    sql.push(" order by position limit ").push_bind(limit as i64);
    sql.push(
        ") select fitting.*, encode(b.chain_hash, 'hex') as chain_hash from fitting cross join lateral (
             select chain_hash from log_batches where last_position >= fitting.position
             order by last_position limit 1) b
           order by position",
    );
    let exported =
        |row: &PgRow| Ok(Exported { row: AuditRow::from_row(row)?, chain_hash: row.try_get("chain_hash")? });
    sql.build().fetch_all(connection).await?.iter().map(exported).collect()
}

fn push_fitting(sql: &mut QueryBuilder<Postgres>, visible: &Visible, filter: &AuditFilter) {
    let AuditFilter { actor, action, target, outcome, workspace, since, until } = filter;
    let texts = [("actor", actor), ("action", action), ("target_id", target), ("outcome", outcome)];
    for (column, text) in texts {
        if let Some(text) = text {
            sql.push(format_args!(" and {column} = ")).push_bind(text.clone());
        }
    }
    if let Some(workspace) = workspace {
        sql.push(" and scope = ").push_bind(workspace.as_str().to_owned());
    }
    if let Some(since) = since {
        sql.push(" and recorded_at >= ").push_bind(jiff_sqlx::Timestamp::from(*since));
    }
    if let Some(until) = until {
        sql.push(" and recorded_at < ").push_bind(jiff_sqlx::Timestamp::from(*until));
    }
    if let Some(visible) = visible.ids() {
        let visible: Vec<String> = visible.into_iter().map(|id| id.to_string()).collect();
        sql.push(" and (scope is null or scope = any(").push_bind(visible).push("))");
    }
}
