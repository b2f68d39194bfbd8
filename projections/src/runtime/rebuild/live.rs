//! Which version of a read model is in use: the one that queries read.

use eventstore::follow::Head;
use sqlx::{AssertSqlSafe, PgConnection};
use uuid::Uuid;

use super::failed::RebuildFailed;
use crate::runtime::projection::Projection;

/// The version in use, and how far it has come.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Live {
    pub schema: String,
    pub version: i32,
    pub incarnation: Uuid,
    pub position: i64,
}

impl Live {
    /// Whether it was made of events that the log does not have.
    pub fn is_foreign_to(&self, end: Head) -> bool {
        self.incarnation != end.incarnation || self.position > end.position
    }
}

/// The schema that the view of the main table leads to. Nothing says it but the view, so nothing can say otherwise.
pub async fn schema(connection: &mut PgConnection, name: &str) -> sqlx::Result<Option<String>> {
    sqlx::query_scalar(
        "select distinct made_in.nspname::text
           from pg_class v
           join pg_namespace stable on stable.oid = v.relnamespace and stable.nspname = 'read'
           join pg_rewrite r on r.ev_class = v.oid
           join pg_depend d on d.classid = 'pg_rewrite'::regclass and d.objid = r.oid
                           and d.refclassid = 'pg_class'::regclass and d.refobjid <> v.oid
           join pg_class t on t.oid = d.refobjid
           join pg_namespace made_in on made_in.oid = t.relnamespace
          where v.relname = $1",
    )
    .bind(name)
    .fetch_optional(connection)
    .await
}

/// The version that a schema is named after; nothing for one beside it.
pub fn version_of(name: &str, schema: &str) -> Option<i32> {
    schema.strip_prefix(name)?.strip_prefix("_v")?.parse().ok()
}

/// With a lock on its checkpoint, whoever writes it waits until the transaction is over.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Lock {
    None,
    Held,
}

pub async fn find(
    connection: &mut PgConnection,
    projection: &'static dyn Projection,
    lock: Lock,
) -> Result<Live, RebuildFailed> {
    let name = projection.name();
    let not_in_use = || RebuildFailed::NotInUse(name);
    let schema = schema(&mut *connection, name).await?.ok_or_else(not_in_use)?;
    let version = version_of(name, &schema).ok_or_else(not_in_use)?;
    let lock = if lock == Lock::Held { "for update" } else { "" };
    let sql = format!(
        "select incarnation, position from public.projection_checkpoints where name = $1 and version = $2 {lock}"
    );
    let found: Option<(Uuid, i64)> =
        sqlx::query_as(AssertSqlSafe(sql)).bind(name).bind(version).fetch_optional(connection).await?;
    let (incarnation, position) = found.ok_or_else(not_in_use)?;
    Ok(Live { schema, version, incarnation, position })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schema_beside_is_no_version() {
        assert_eq!(version_of("members", "members_v12"), Some(12));
        assert_eq!(version_of("members", "members_v12_beside"), None);
        assert_eq!(version_of("members", "webhooks_v1"), None);
    }
}
