//! Events of tenants, made into rows.

use std::collections::BTreeMap;

use domain::identity::TenantId;
use domain::identity::tenant::TenantEvent;
use sqlx::{AssertSqlSafe, PgConnection};

use super::{COLUMNS, TenantRow};
use crate::identity::columns;
use crate::runtime::{Opened, ProjectFault};

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
            closed: false,
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
        | TenantEvent::AuditExported { .. } => {}
        TenantEvent::Renamed { name } => row.name.clone_from(name),
        TenantEvent::OwnerAdded { user } => row.owners.push(user.clone()),
        TenantEvent::OwnerRemoved { user } => row.owners.retain(|owner| owner != user),
        TenantEvent::Closed {} => row.closed = true,
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
    let sql = format!("select {COLUMNS} from tenants where tenant = any($1)");
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(tenants).fetch_all(connection).await?;
    let keyed = |row| TenantRow::from_row(row).map(|found| (found.id.clone(), found));
    rows.iter().map(keyed).collect()
}

async fn save(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    let timestamps = |of: fn(&TenantRow) -> jiff::Timestamp| -> Vec<jiff_sqlx::Timestamp> {
        rows.values().map(|row| of(row).into()).collect()
    };
    sqlx::query(
        "insert into tenants(tenant, name, owners, closed, created_at, updated_at, version, position)
         select tenant, name, string_to_array(owners, ','), closed, created_at, updated_at, version, position
         from unnest($1::text[], $2::text[], $3::text[], $4::boolean[], $5::timestamptz[], $6::timestamptz[],
                     $7::bigint[], $8::bigint[])
           u(tenant, name, owners, closed, created_at, updated_at, version, position)
         on conflict (tenant) do update
           set name = excluded.name, owners = excluded.owners, closed = excluded.closed,
               created_at = excluded.created_at, updated_at = excluded.updated_at, version = excluded.version,
               position = excluded.position",
    )
    .bind(rows.keys().map(|tenant| tenant.as_str()).collect::<Vec<_>>())
    .bind(rows.values().map(|row| row.name.as_str()).collect::<Vec<_>>())
    .bind(rows.values().map(|row| columns::joined(&row.owners)).collect::<Vec<_>>())
    .bind(rows.values().map(|row| row.closed).collect::<Vec<_>>())
    .bind(timestamps(|row| row.created_at))
    .bind(timestamps(|row| row.updated_at))
    .bind(rows.values().map(|row| row.version).collect::<Vec<_>>())
    .bind(rows.values().map(|row| row.position).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
