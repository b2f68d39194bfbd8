//! Events of tenants, made into rows.

use std::collections::BTreeMap;

use domain::identity::tenant::TenantEvent;
use domain::identity::{PLATFORM_TENANT, TenantId};
use sqlx::{AssertSqlSafe, PgConnection};

use super::{COLUMNS, TenantRow};
use crate::columns;
use crate::runtime::{Opened, ProjectFault};

/// What a row says anew.
const REPLACED: &str = "name = excluded.name, owners = excluded.owners, suspended = excluded.suspended,
    closes_at = excluded.closes_at, closed = excluded.closed, emptied = excluded.emptied,
    created_at = excluded.created_at, updated_at = excluded.updated_at, version = excluded.version,
    position = excluded.position";

/// By primary key.
type Rows = BTreeMap<TenantId, TenantRow>;

pub async fn project(
    connection: &mut PgConnection,
    events: &[&Opened<TenantEvent>],
) -> Result<(), ProjectFault> {
    let mut rows = load(connection, events).await?;
    for event in events {
        fold(&mut rows, event)?;
    }
    Ok(save(connection, &rows).await?)
}

fn fold(rows: &mut Rows, opened: &Opened<TenantEvent>) -> Result<(), ProjectFault> {
    let id = opened.tenant().clone();
    let recorded = &opened.recorded;
    if let TenantEvent::Created { name, owner } = &opened.event {
        let row = TenantRow {
            id: id.clone(),
            name: name.clone(),
            owners: vec![owner.clone()],
            suspended: false,
            closes_at: None,
            closed: false,
            emptied: false,
            created_at: recorded.recorded_at,
            updated_at: recorded.recorded_at,
            version: recorded.version,
            position: recorded.position,
        };
        rows.insert(id, row);
        return Ok(());
    }
    let row = rows.get_mut(&id).ok_or_else(|| opened.has_no_row())?;
    match &opened.event {
        TenantEvent::Created { .. }
        | TenantEvent::SecondFactorRequirementChanged { .. }
        | TenantEvent::ContactChanged { .. }
        | TenantEvent::QuotaChanged { .. }
        | TenantEvent::AuditExported { .. }
        | TenantEvent::Exported {} => {}
        TenantEvent::Renamed { name } => row.name.clone_from(name),
        TenantEvent::OwnerAdded { user } => row.owners.push(user.clone()),
        TenantEvent::OwnerRemoved { user } => row.owners.retain(|owner| owner != user),
        TenantEvent::Suspended { .. } => row.suspended = true,
        TenantEvent::Restored { .. } => row.suspended = false,
        TenantEvent::ClosingBegun { ends_at } => row.closes_at = Some(*ends_at),
        TenantEvent::ClosingWithdrawn {} => row.closes_at = None,
        TenantEvent::Closed {} => row.closed = true,
        TenantEvent::Emptied { .. } => row.emptied = true,
    }
    row.updated_at = recorded.recorded_at;
    row.version = recorded.version;
    row.position = recorded.position;
    Ok(())
}

async fn load(connection: &mut PgConnection, events: &[&Opened<TenantEvent>]) -> sqlx::Result<Rows> {
    let (tenants, _) = columns::begun_before(events);
    if tenants.is_empty() {
        return Ok(Rows::new());
    }
    let sql = format!("select tenant, {COLUMNS} from tenants where tenant = any($1)");
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(tenants).fetch_all(connection).await?;
    let keyed = |row| TenantRow::from_row(row, "tenant").map(|found| (found.id.clone(), found));
    rows.iter().map(keyed).collect()
}

/// Under the tenant, and under the platform as well.
async fn save(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    let timestamps = |of: fn(&TenantRow) -> jiff::Timestamp| -> Vec<jiff_sqlx::Timestamp> {
        rows.values().map(|row| of(row).into()).collect()
    };
    let closes_at: Vec<Option<jiff_sqlx::Timestamp>> =
        rows.values().map(|row| row.closes_at.map(Into::into)).collect();
    let sql = format!(
        "with given as (
           select id, name, string_to_array(owners, ',') as owners, suspended, closes_at, closed, emptied, created_at,
                  updated_at, version, position
           from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[], $6::boolean[],
                       $7::boolean[], $8::timestamptz[], $9::timestamptz[], $10::bigint[], $11::bigint[])
             u(id, name, owners, suspended, closes_at, closed, emptied, created_at, updated_at, version, position)),
         listed as (
           insert into tenant_directory(tenant, id, {COLUMNS})
           select '{PLATFORM_TENANT}', id, {COLUMNS} from given
           on conflict (tenant, id) do update set {REPLACED})
         insert into tenants(tenant, {COLUMNS}) select id, {COLUMNS} from given
         on conflict (tenant) do update set {REPLACED}"
    );
    sqlx::query(AssertSqlSafe(sql))
        .bind(rows.keys().map(|tenant| tenant.as_str()).collect::<Vec<_>>())
        .bind(rows.values().map(|row| row.name.as_str()).collect::<Vec<_>>())
        .bind(rows.values().map(|row| columns::joined(&row.owners)).collect::<Vec<_>>())
        .bind(rows.values().map(|row| row.suspended).collect::<Vec<_>>())
        .bind(closes_at)
        .bind(rows.values().map(|row| row.closed).collect::<Vec<_>>())
        .bind(rows.values().map(|row| row.emptied).collect::<Vec<_>>())
        .bind(timestamps(|row| row.created_at))
        .bind(timestamps(|row| row.updated_at))
        .bind(rows.values().map(|row| row.version).collect::<Vec<_>>())
        .bind(rows.values().map(|row| row.position).collect::<Vec<_>>())
        .execute(connection)
        .await?;
    Ok(())
}
