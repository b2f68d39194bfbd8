//! Rows of comments, out of the table and into it.

use domain::bases::comment::CommentEvent;
use sqlx::{AssertSqlSafe, PgConnection};

use super::project::Rows;
use super::{COLUMNS, CommentRow};
use crate::columns;
use crate::runtime::{Opened, ProjectFault};

pub async fn load(connection: &mut PgConnection, events: &[&Opened<CommentEvent>]) -> sqlx::Result<Rows> {
    let (tenants, ids) = columns::begun_before(events);
    if tenants.is_empty() {
        return Ok(Rows::new());
    }
    let sql = format!(
        "select tenant, {COLUMNS} from comments
         where (tenant, id) in (select * from unnest($1::text[], $2::text[]))"
    );
    let rows = sqlx::query(AssertSqlSafe(sql)).bind(tenants).bind(ids).fetch_all(connection).await?;
    let keyed =
        |row| Ok(((columns::id(row, "tenant")?, columns::id(row, "id")?), Some(CommentRow::from_row(row)?)));
    rows.iter().map(keyed).collect()
}

pub async fn save(connection: &mut PgConnection, rows: &Rows) -> Result<(), ProjectFault> {
    drop_deleted(connection, rows).await?;
    let kept = || rows.iter().filter_map(|((tenant, _), row)| row.as_ref().map(|row| (tenant, row)));
    sqlx::query(
        "insert into comments(tenant, id, base, record, comment, written, version, position)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[],
                              $7::bigint[], $8::bigint[])
         on conflict (tenant, id) do update set version = excluded.version, position = excluded.position",
    )
    .bind(kept().map(|(tenant, _)| tenant.as_str()).collect::<Vec<_>>())
    .bind(kept().map(|(_, row)| row.id.as_str()).collect::<Vec<_>>())
    .bind(kept().map(|(_, row)| row.base.as_str()).collect::<Vec<_>>())
    .bind(kept().map(|(_, row)| row.record.as_str()).collect::<Vec<_>>())
    .bind(kept().map(|(_, row)| row.comment.as_str()).collect::<Vec<_>>())
    .bind(kept().map(|(_, row)| row.written).collect::<Vec<_>>())
    .bind(kept().map(|(_, row)| row.version).collect::<Vec<_>>())
    .bind(kept().map(|(_, row)| row.position).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

async fn drop_deleted(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    let deleted = rows.iter().filter(|(_, row)| row.is_none());
    let (tenants, ids): (Vec<&str>, Vec<&str>) =
        deleted.map(|((tenant, id), _)| (tenant.as_str(), id.as_str())).unzip();
    if !tenants.is_empty() {
        let dropping = sqlx::query(
            "delete from comments where (tenant, id) in (select * from unnest($1::text[], $2::text[]))",
        );
        dropping.bind(tenants).bind(ids).execute(connection).await?;
    }
    Ok(())
}

pub async fn drop_bases(connection: &mut PgConnection, deleted: Vec<(&str, &str)>) -> sqlx::Result<()> {
    let (tenants, bases): (Vec<&str>, Vec<&str>) = deleted.into_iter().unzip();
    if !tenants.is_empty() {
        let dropping = sqlx::query(
            "delete from comments where (tenant, base) in (select * from unnest($1::text[], $2::text[]))",
        );
        dropping.bind(tenants).bind(bases).execute(connection).await?;
    }
    Ok(())
}

pub async fn drop_tenants(connection: &mut PgConnection, emptied: Vec<&str>) -> sqlx::Result<()> {
    if !emptied.is_empty() {
        let dropping = sqlx::query("delete from comments where tenant = any($1)").bind(emptied);
        dropping.execute(connection).await?;
    }
    Ok(())
}
