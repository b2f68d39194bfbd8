//! Every row of every table, of whatever schema and version.

use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use super::needle::Needle;
use super::{Place, ProofFailed};
use crate::database::{self, Role};

/// Rows that are named where there are more.
const NAMED_MAX: i64 = 5;

pub async fn search(database_url: &str, needles: &[Needle]) -> Result<Vec<Place>, ProofFailed> {
    let mut backup = database::connect(database_url, Role::Backup).await?;
    // Whoever looks through everything has time.
    backup.execute("set statement_timeout = 0").await?;
    let sees_all: bool =
        sqlx::query_scalar("select rolbypassrls or rolsuper from pg_roles where rolname = current_user")
            .fetch_one(&mut backup)
            .await?;
    if !sees_all {
        return Err(ProofFailed::Blind);
    }
    let mut places = Vec::new();
    for table in tables(&mut backup).await? {
        places.push(look_through(&mut backup, &table, needles).await?);
    }
    backup.close().await?;
    Ok(places)
}

/// With their schemas, quoted where they must be. Partitions are reached through their tables.
async fn tables(backup: &mut PgConnection) -> sqlx::Result<Vec<String>> {
    sqlx::query_scalar(
        "select format('%I.%I', n.nspname, c.relname) from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where c.relkind in ('r', 'p') and not c.relispartition and c.relname <> '_sqlx_migrations'
           and n.nspname !~ '^pg_' and n.nspname <> 'information_schema' order by 1",
    )
    .fetch_all(backup)
    .await
}

async fn look_through(backup: &mut PgConnection, table: &str, needles: &[Needle]) -> sqlx::Result<Place> {
    let sql = format!(
        "select count(*) as looked_at, count(*) filter (where hit) as found,
                (array_agg(place) filter (where hit))[1:{NAMED_MAX}] as places
         from (select t.tableoid::regclass::text || ' ' || t.ctid::text as place,
                      exists (select from unnest($1::text[], $2::text[]) n(needle, pattern)
                              where strpos(r.text, n.needle) > 0 and r.text ~ n.pattern) as hit
               from {table} t cross join lateral (select lower(to_jsonb(t)::text) as text offset 0) r) looked"
    );
    let row = sqlx::query(AssertSqlSafe(sql))
        .bind(needles.iter().map(|needle| needle.text.as_str()).collect::<Vec<_>>())
        .bind(needles.iter().map(Needle::pattern).collect::<Vec<_>>())
        .fetch_one(backup)
        .await?;
    Ok(Place {
        place: table.strip_prefix("public.").unwrap_or(table).to_owned(),
        looked_at: row.try_get("looked_at")?,
        found: row.try_get("found")?,
        at: row.try_get::<Option<Vec<String>>, _>("places")?.unwrap_or_default(),
    })
}
