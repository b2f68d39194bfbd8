//! Roles, and the policies that keep tenants apart.

use sqlx::PgConnection;

use super::Finding;
use crate::database::Role;

pub(super) async fn roles(reader: &mut PgConnection) -> sqlx::Result<Finding> {
    const CHECK: &str = "roles";
    const FIX: &str = "airtide migrate up, with a login that may make roles";
    let names: Vec<&str> = Role::ALL.iter().map(|role| role.name()).collect();
    let (missing, unbound, backup_is_bound, sees_sessions): (Vec<String>, Vec<String>, bool, bool) = sqlx::query_as(
        "select array(select name from unnest($1) name where not exists (select from pg_roles where rolname = name)),
                array(select rolname::text from pg_roles
                      where rolname = any($1) and rolname <> 'backup' and (rolsuper or rolbypassrls)),
                exists (select from pg_roles where rolname = 'backup' and not rolbypassrls),
                pg_has_role(current_user, 'pg_read_all_stats', 'usage')",
    )
    .bind(names)
    .fetch_one(reader)
    .await?;
    if !missing.is_empty() {
        return Ok(Finding::fail(CHECK, format!("missing: {}", missing.join(", ")), FIX));
    }
    if !unbound.is_empty() {
        let detail = format!("superuser or past row security: {}", unbound.join(", "));
        return Ok(Finding::fail(CHECK, detail, "alter role <name> nosuperuser nobypassrls"));
    }
    if backup_is_bound {
        return Ok(Finding::warn(CHECK, "backup sees no rows", "as superuser: alter role backup bypassrls"));
    }
    if !sees_sessions {
        let fix = "as superuser: grant pg_read_all_stats to log_reader";
        return Ok(Finding::warn(CHECK, "log_reader does not see the sessions of others", fix));
    }
    Ok(Finding::ok(CHECK, "all there, each with no more than its rights"))
}

pub(super) async fn row_security(reader: &mut PgConnection) -> sqlx::Result<Finding> {
    const CHECK: &str = "row security";
    let open: Vec<String> = sqlx::query_scalar(
        "select c.relname::text from pg_class c join pg_attribute a on a.attrelid = c.oid
         where c.relkind in ('r', 'p') and a.attname = 'tenant' and not a.attisdropped
           and c.relnamespace = 'public'::regnamespace and not (c.relrowsecurity and c.relforcerowsecurity)
         order by 1",
    )
    .fetch_all(reader)
    .await?;
    if open.is_empty() {
        return Ok(Finding::ok(CHECK, "forced on every table with a tenant"));
    }
    let fix = "alter table <name> enable row level security, force row level security";
    Ok(Finding::fail(CHECK, format!("not forced on: {}", open.join(", ")), fix))
}
