//! Events of memberships, made into rows. Who is removed has no row.

use std::collections::BTreeMap;

use domain::identity::membership::MembershipEvent;
use domain::identity::{TenantId, UserId};
use sqlx::{AssertSqlSafe, PgConnection};

use super::{COLUMNS, MemberRow};
use crate::columns;
use crate::runtime::{Opened, ProjectFault};

/// By primary key; nothing where a row goes.
type Rows = BTreeMap<(TenantId, UserId), Option<MemberRow>>;

pub async fn project(
    connection: &mut PgConnection,
    events: &[&Opened<MembershipEvent>],
) -> Result<(), ProjectFault> {
    let mut rows = load(connection, events).await?;
    for event in events {
        fold(&mut rows, event)?;
    }
    save(connection, &rows).await?;
    Ok(drop_removed(connection, &rows).await?)
}

fn fold(rows: &mut Rows, opened: &Opened<MembershipEvent>) -> Result<(), ProjectFault> {
    let recorded = &opened.recorded;
    let place = rows.entry((opened.tenant().clone(), opened.id()?)).or_default();
    match (&opened.event, &mut *place) {
        (MembershipEvent::Added { user, role, workspaces }, row) => {
            *row = Some(MemberRow {
                user: user.clone(),
                role: *role,
                workspaces: workspaces.clone(),
                since: recorded.recorded_at,
                version: recorded.version,
                position: recorded.position,
            });
        }
        (MembershipEvent::RoleChanged { role }, Some(row)) => row.role = *role,
        (MembershipEvent::WorkspacesChanged { workspaces }, Some(row)) => {
            row.workspaces.clone_from(workspaces);
        }
        (MembershipEvent::Removed {}, row @ Some(_)) => *row = None,
        (MembershipEvent::RequestsRefused { .. }, Some(_)) => {}
        (_, None) => return Err(opened.has_no_row()),
    }
    if let Some(row) = place {
        row.version = recorded.version;
        row.position = recorded.position;
    }
    Ok(())
}

async fn load(connection: &mut PgConnection, events: &[&Opened<MembershipEvent>]) -> sqlx::Result<Rows> {
    let (tenants, users) = columns::begun_before(events);
    if tenants.is_empty() {
        return Ok(Rows::new());
    }
    let sql = format!(
        "select tenant, {COLUMNS} from members
         where (tenant, user_id) in (select * from unnest($1::text[], $2::text[]))"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(tenants).bind(users).fetch_all(connection).await?;
    let keyed = |row| {
        let found = MemberRow::from_row(row)?;
        Ok(((columns::id(row, "tenant")?, found.user.clone()), Some(found)))
    };
    rows.iter().map(keyed).collect()
}

async fn save(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    let kept: Vec<(&TenantId, &MemberRow)> =
        rows.iter().filter_map(|((tenant, _), row)| Some((tenant, row.as_ref()?))).collect();
    if kept.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "insert into members(tenant, user_id, role, workspaces, since, version, position)
         select tenant, user_id, role, string_to_array(workspaces, ','), since, version, position
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[], $7::bigint[])
           u(tenant, user_id, role, workspaces, since, version, position)
         on conflict (tenant, user_id) do update
           set role = excluded.role, workspaces = excluded.workspaces, since = excluded.since,
               version = excluded.version, position = excluded.position",
    )
    .bind(kept.iter().map(|(tenant, _)| tenant.as_str()).collect::<Vec<_>>())
    .bind(kept.iter().map(|(_, row)| row.user.as_str()).collect::<Vec<_>>())
    .bind(kept.iter().map(|(_, row)| row.role.as_str()).collect::<Vec<_>>())
    .bind(kept.iter().map(|(_, row)| columns::joined(&row.workspaces)).collect::<Vec<_>>())
    .bind(kept.iter().map(|(_, row)| row.since.into()).collect::<Vec<jiff_sqlx::Timestamp>>())
    .bind(kept.iter().map(|(_, row)| row.version).collect::<Vec<_>>())
    .bind(kept.iter().map(|(_, row)| row.position).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

async fn drop_removed(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    let removed = rows.iter().filter(|(_, row)| row.is_none());
    let (tenants, users): (Vec<&str>, Vec<&str>) =
        removed.map(|((tenant, user), _)| (tenant.as_str(), user.as_str())).unzip();
    if tenants.is_empty() {
        return Ok(());
    }
    sqlx::query(
        "delete from members where (tenant, user_id) in (select * from unnest($1::text[], $2::text[]))",
    )
    .bind(tenants)
    .bind(users)
    .execute(connection)
    .await?;
    Ok(())
}
