//! Events of workspaces, made into rows.

use std::collections::BTreeMap;

use domain::identity::workspace::WorkspaceEvent;
use domain::identity::{TenantId, WorkspaceId};
use sqlx::{AssertSqlSafe, PgConnection};

use super::{COLUMNS, Concerning, WorkspaceRow};
use crate::columns;
use crate::runtime::{Opened, ProjectFault};

/// By primary key.
type Rows = BTreeMap<(TenantId, WorkspaceId), WorkspaceRow>;

/// Nothing happens to the workspaces of a tenant once it is emptied, so its rows may go last.
pub async fn project(connection: &mut PgConnection, events: &[&Concerning]) -> Result<(), ProjectFault> {
    let (mut opened, mut emptied) = (Vec::new(), Vec::new());
    for event in events {
        match event {
            Concerning::One(event) => opened.push(event),
            Concerning::TenantEmptied(tenant) => emptied.push(tenant.as_str()),
        }
    }
    let mut rows = load(connection, &opened).await?;
    for event in opened {
        fold(&mut rows, event)?;
    }
    save(connection, &rows).await?;
    if !emptied.is_empty() {
        let dropping = sqlx::query("delete from workspaces where tenant = any($1)").bind(emptied);
        dropping.execute(connection).await?;
    }
    Ok(())
}

fn fold(rows: &mut Rows, opened: &Opened<WorkspaceEvent>) -> Result<(), ProjectFault> {
    let place = (opened.tenant().clone(), opened.id()?);
    let recorded = &opened.recorded;
    if let WorkspaceEvent::Created { name, description } = &opened.event {
        let row = WorkspaceRow {
            id: place.1.clone(),
            name: name.clone(),
            description: description.clone(),
            archived: false,
            created_at: recorded.recorded_at,
            updated_at: recorded.recorded_at,
            version: recorded.version,
            position: recorded.position,
        };
        rows.insert(place, row);
        return Ok(());
    }
    let row = rows.get_mut(&place).ok_or_else(|| opened.has_no_row())?;
    match &opened.event {
        WorkspaceEvent::Created { .. } => {}
        WorkspaceEvent::Renamed { name } => row.name.clone_from(name),
        WorkspaceEvent::Described { description } => row.description.clone_from(description),
        WorkspaceEvent::Archived {} => row.archived = true,
    }
    row.updated_at = recorded.recorded_at;
    row.version = recorded.version;
    row.position = recorded.position;
    Ok(())
}

async fn load(connection: &mut PgConnection, events: &[&Opened<WorkspaceEvent>]) -> sqlx::Result<Rows> {
    let (tenants, ids) = columns::begun_before(events);
    if tenants.is_empty() {
        return Ok(Rows::new());
    }
    let sql = format!(
        "select tenant, {COLUMNS} from workspaces
         where (tenant, id) in (select * from unnest($1::text[], $2::text[]))"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(tenants).bind(ids).fetch_all(connection).await?;
    let keyed = |row| {
        let found = WorkspaceRow::from_row(row)?;
        Ok(((columns::id(row, "tenant")?, found.id.clone()), found))
    };
    rows.iter().map(keyed).collect()
}

async fn save(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    let tenants: Vec<&str> = rows.keys().map(|(tenant, _)| tenant.as_str()).collect();
    let timestamps = |of: fn(&WorkspaceRow) -> jiff::Timestamp| -> Vec<jiff_sqlx::Timestamp> {
        rows.values().map(|row| of(row).into()).collect()
    };
    sqlx::query(
        "insert into workspaces(tenant, id, name, description, archived, created_at, updated_at, version, position)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::boolean[], $6::timestamptz[],
                              $7::timestamptz[], $8::bigint[], $9::bigint[])
         on conflict (tenant, id) do update
           set name = excluded.name, description = excluded.description, archived = excluded.archived,
               created_at = excluded.created_at, updated_at = excluded.updated_at, version = excluded.version,
               position = excluded.position",
    )
    .bind(tenants)
    .bind(rows.values().map(|row| row.id.as_str()).collect::<Vec<_>>())
    .bind(rows.values().map(|row| row.name.as_str()).collect::<Vec<_>>())
    .bind(rows.values().map(|row| row.description.as_str()).collect::<Vec<_>>())
    .bind(rows.values().map(|row| row.archived).collect::<Vec<_>>())
    .bind(timestamps(|row| row.created_at))
    .bind(timestamps(|row| row.updated_at))
    .bind(rows.values().map(|row| row.version).collect::<Vec<_>>())
    .bind(rows.values().map(|row| row.position).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
