//! Events of users, made into rows.

use std::collections::BTreeMap;

use domain::identity::user::UserEvent;
use domain::identity::{TenantId, UserId};
use sqlx::{AssertSqlSafe, PgConnection};

use super::{COLUMNS, UserRow, UserState};
use crate::columns;
use crate::runtime::{Opened, ProjectFault};

/// By primary key.
type Rows = BTreeMap<(TenantId, UserId), UserRow>;

pub async fn project(
    connection: &mut PgConnection,
    events: &[&Opened<UserEvent>],
) -> Result<(), ProjectFault> {
    let mut rows = load(connection, events).await?;
    for event in events {
        fold(&mut rows, event)?;
    }
    Ok(save(connection, &rows).await?)
}

fn fold(rows: &mut Rows, opened: &Opened<UserEvent>) -> Result<(), ProjectFault> {
    let place = (opened.tenant().clone(), opened.id()?);
    let recorded = &opened.recorded;
    if let UserEvent::Registered { tenant, .. } = &opened.event {
        let row = UserRow {
            id: place.1.clone(),
            tenants: vec![tenant.clone()],
            state: UserState::Active,
            registered_at: recorded.recorded_at,
            version: recorded.version,
            position: recorded.position,
        };
        rows.insert(place, row);
        return Ok(());
    }
    let row = rows.get_mut(&place).ok_or_else(|| opened.has_no_row())?;
    match &opened.event {
        UserEvent::Discarded {} | UserEvent::Deleted {} | UserEvent::Erased {} => {
            row.tenants.clear();
            row.state = UserState::Deleted;
        }
        UserEvent::Suspended { .. } => row.state = UserState::Suspended,
        UserEvent::Restored { .. } => row.state = UserState::Active,
        UserEvent::Registered { .. }
        | UserEvent::ProfileChanged { .. }
        | UserEvent::SignInsFailed { .. }
        | UserEvent::EmailProofRequested { .. }
        | UserEvent::EmailVerified {}
        | UserEvent::PasswordChanged { .. }
        | UserEvent::PasswordResetRequested { .. }
        | UserEvent::PasswordReset { .. }
        | UserEvent::EmailChangeRequested { .. }
        | UserEvent::EmailChanged { .. }
        | UserEvent::EmailReverted { .. }
        | UserEvent::SecondFactorAdded { .. }
        | UserEvent::SecondFactorRemoved {}
        | UserEvent::RecoveryCodesRenewed { .. }
        | UserEvent::RecoveryCodeUsed { .. }
        | UserEvent::Exported {} => {}
        UserEvent::TenantJoined { tenant } => row.tenants.push(tenant.clone()),
        UserEvent::TenantLeft { tenant } => row.tenants.retain(|each| each != tenant),
    }
    row.version = recorded.version;
    row.position = recorded.position;
    Ok(())
}

async fn load(connection: &mut PgConnection, events: &[&Opened<UserEvent>]) -> sqlx::Result<Rows> {
    let (tenants, ids) = columns::begun_before(events);
    if tenants.is_empty() {
        return Ok(Rows::new());
    }
    let sql = format!(
        "select tenant, {COLUMNS} from users
         where (tenant, id) in (select * from unnest($1::text[], $2::text[]))"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(tenants).bind(ids).fetch_all(connection).await?;
    let keyed = |row| {
        let found = UserRow::from_row(row)?;
        Ok(((columns::id(row, "tenant")?, found.id.clone()), found))
    };
    rows.iter().map(keyed).collect()
}

async fn save(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    let registered_at: Vec<jiff_sqlx::Timestamp> =
        rows.values().map(|row| row.registered_at.into()).collect();
    sqlx::query(
        "insert into users(tenant, id, tenants, state, registered_at, version, position)
         select tenant, id, string_to_array(tenants, ','), state, registered_at, version, position
         from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::timestamptz[], $6::bigint[], $7::bigint[])
           u(tenant, id, tenants, state, registered_at, version, position)
         on conflict (tenant, id) do update
           set tenants = excluded.tenants, state = excluded.state, registered_at = excluded.registered_at,
               version = excluded.version, position = excluded.position",
    )
    .bind(rows.keys().map(|(tenant, _)| tenant.as_str()).collect::<Vec<_>>())
    .bind(rows.values().map(|row| row.id.as_str()).collect::<Vec<_>>())
    .bind(rows.values().map(|row| columns::joined(&row.tenants)).collect::<Vec<_>>())
    .bind(rows.values().map(|row| row.state.as_str()).collect::<Vec<_>>())
    .bind(registered_at)
    .bind(rows.values().map(|row| row.version).collect::<Vec<_>>())
    .bind(rows.values().map(|row| row.position).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}
