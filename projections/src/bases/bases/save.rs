//! Rows of bases, out of the tables and into them.

use domain::bases::base::BaseEvent;
use sqlx::postgres::PgRow;
use sqlx::{PgConnection, Row};

use super::project::{Folded, Rows};
use crate::columns;
use crate::runtime::{Opened, ProjectFault};

pub async fn load(connection: &mut PgConnection, events: &[&Opened<BaseEvent>]) -> sqlx::Result<Rows> {
    let (tenants, ids) = columns::begun_before(events);
    if tenants.is_empty() {
        return Ok(Rows::new());
    }
    let rows = sqlx::query(
        "select tenant, id, workspace, origin, schema, created_at, updated_at, version, position from bases
         where (tenant, id) in (select * from unnest($1::text[], $2::text[]))",
    )
    .bind(tenants)
    .bind(ids)
    .fetch_all(connection)
    .await?;
    let keyed = |row| Ok(((columns::id(row, "tenant")?, columns::id(row, "id")?), Some(folded(row)?)));
    rows.iter().map(keyed).collect()
}

fn folded(row: &PgRow) -> sqlx::Result<Folded> {
    let unread =
        |error: serde_json::Error| sqlx::Error::ColumnDecode { index: "schema".into(), source: error.into() };
    Ok(Folded {
        workspace: columns::id(row, "workspace")?,
        origin: row.try_get("origin")?,
        schema: serde_json::from_str(row.try_get("schema")?).map_err(unread)?,
        created_at: columns::timestamp(row, "created_at")?,
        updated_at: columns::timestamp(row, "updated_at")?,
        version: row.try_get("version")?,
        position: row.try_get("position")?,
    })
}

pub async fn save(connection: &mut PgConnection, rows: &Rows) -> Result<(), ProjectFault> {
    drop_deleted(connection, rows).await?;
    let kept = || rows.iter().filter_map(|((tenant, id), row)| row.as_ref().map(|row| (tenant, id, row)));
    let timestamps = |of: fn(&Folded) -> jiff::Timestamp| -> Vec<jiff_sqlx::Timestamp> {
        kept().map(|(.., row)| of(row).into()).collect()
    };
    let fields =
        |row: &Folded| row.schema.tables.iter().map(|table| table.fields.len()).sum::<usize>() as i32;
    let schemas: Result<Vec<String>, sqlx::Error> = kept().map(|(.., row)| written(row)).collect();
    sqlx::query(
        "insert into bases(tenant, id, airtable_id, workspace, name, origin, tables, fields, schema, created_at,
                           updated_at, version, position)
         select * from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::integer[],
                              $8::integer[], $9::text[], $10::timestamptz[], $11::timestamptz[], $12::bigint[],
                              $13::bigint[])
         on conflict (tenant, id) do update
           set airtable_id = excluded.airtable_id, workspace = excluded.workspace, name = excluded.name,
               origin = excluded.origin, tables = excluded.tables, fields = excluded.fields,
               schema = excluded.schema, created_at = excluded.created_at, updated_at = excluded.updated_at,
               version = excluded.version, position = excluded.position",
    )
    .bind(kept().map(|(tenant, ..)| tenant.as_str()).collect::<Vec<_>>())
    .bind(kept().map(|(_, id, _)| id.as_str()).collect::<Vec<_>>())
    .bind(kept().map(|(.., row)| row.schema.id.as_str()).collect::<Vec<_>>())
    .bind(kept().map(|(.., row)| row.workspace.as_str()).collect::<Vec<_>>())
    .bind(kept().map(|(.., row)| row.schema.name.as_str()).collect::<Vec<_>>())
    .bind(kept().map(|(.., row)| row.origin.as_str()).collect::<Vec<_>>())
    .bind(kept().map(|(.., row)| row.schema.tables.len() as i32).collect::<Vec<_>>())
    .bind(kept().map(|(.., row)| fields(row)).collect::<Vec<_>>())
    .bind(schemas?)
    .bind(timestamps(|row| row.created_at))
    .bind(timestamps(|row| row.updated_at))
    .bind(kept().map(|(.., row)| row.version).collect::<Vec<_>>())
    .bind(kept().map(|(.., row)| row.position).collect::<Vec<_>>())
    .execute(connection)
    .await?;
    Ok(())
}

fn written(row: &Folded) -> sqlx::Result<String> {
    serde_json::to_string(&row.schema).map_err(|error| sqlx::Error::Encode(error.into()))
}

async fn drop_deleted(connection: &mut PgConnection, rows: &Rows) -> sqlx::Result<()> {
    let deleted = rows.iter().filter(|(_, row)| row.is_none());
    let (tenants, ids): (Vec<&str>, Vec<&str>) =
        deleted.map(|((tenant, id), _)| (tenant.as_str(), id.as_str())).unzip();
    if !tenants.is_empty() {
        let dropping = sqlx::query(
            "delete from bases where (tenant, id) in (select * from unnest($1::text[], $2::text[]))",
        );
        dropping.bind(tenants).bind(ids).execute(connection).await?;
    }
    Ok(())
}

pub async fn drop_tenants(connection: &mut PgConnection, emptied: Vec<&str>) -> sqlx::Result<()> {
    if !emptied.is_empty() {
        let dropping = sqlx::query("delete from bases where tenant = any($1)").bind(emptied);
        dropping.execute(connection).await?;
    }
    Ok(())
}
