//! Rows of bases and their records, into the tables.

use std::collections::BTreeMap;

use domain::bases::BaseKey;
use domain::bases::ids::{RecordId, TableId};
use domain::bases::table::{Record, Stamp};
use domain::identity::TenantId;
use serde::Serialize;
use sqlx::PgConnection;

use super::book::{Book, Cover, Entry};
use crate::runtime::ProjectFault;

/// Rows of one statement.
const ROWS_MAX: usize = 1_000;

pub async fn save(book: &mut Book<'_>) -> Result<(), ProjectFault> {
    save_base(book).await?;
    let dirty: Vec<RecordId> = std::mem::take(&mut book.dirty).into_iter().collect();
    for some in dirty.chunks(ROWS_MAX) {
        drop_records(book, some).await?;
        save_records(book, some).await?;
    }
    Ok(())
}

async fn save_base(book: &mut Book<'_>) -> Result<(), ProjectFault> {
    let Some(Cover { version, position, told }) = &book.cover else { return Ok(()) };
    let tables = book.tables();
    let numbers: BTreeMap<TableId, u64> =
        tables.base().tables.iter().map(|table| (table.id, tables.last_number(table.id))).collect();
    let (numbers, tenant, base) = (written(&numbers)?, book.tenant.as_str(), book.base.as_str());
    // A schema is long, and seldom another.
    let query = if *told {
        let sql = "insert into record_bases(tenant, id, numbers, schema, version, position)
                   values ($1, $2, $3, $4, $5, $6)
                   on conflict (tenant, id) do update
                     set numbers = excluded.numbers, schema = excluded.schema, version = excluded.version,
                         position = excluded.position";
        let query = sqlx::query(sql).bind(tenant.to_owned()).bind(base.to_owned()).bind(numbers);
        query.bind(written(tables.base())?).bind(*version).bind(*position)
    } else {
        let sql = "update record_bases set numbers = $3 where tenant = $1 and id = $2 and numbers <> $3";
        sqlx::query(sql).bind(tenant.to_owned()).bind(base.to_owned()).bind(numbers)
    };
    query.execute(&mut *book.connection).await?;
    Ok(())
}

/// A row as columns.
struct Kept<'b> {
    id: RecordId,
    entry: &'b Entry,
    /// Nothing when it was deleted.
    record: Option<&'b Record>,
    number: u64,
    created: &'b Stamp,
}

/// Records whose table is gone, and with it their numbers.
async fn drop_records(book: &mut Book<'_>, ids: &[RecordId]) -> Result<(), ProjectFault> {
    let gone: Vec<String> =
        ids.iter().filter(|id| kept(book, **id).is_none()).map(ToString::to_string).collect();
    if !gone.is_empty() {
        let sql = "delete from records where tenant = $1 and base = $2 and id = any($3)";
        let query = sqlx::query(sql).bind(book.tenant.as_str()).bind(book.base.as_str()).bind(gone);
        query.execute(&mut *book.connection).await?;
    }
    Ok(())
}

async fn save_records(book: &mut Book<'_>, ids: &[RecordId]) -> Result<(), ProjectFault> {
    let kept: Vec<_> = ids.iter().filter_map(|id| kept(book, *id)).collect();
    let modified = |row: &Kept<'_>| row.record.and_then(|record| record.last_edit(None)).map(|edit| edit.at);
    let edited: Result<Vec<_>, _> = kept
        .iter()
        .map(|row| row.record.map_or(Ok("{}".to_owned()), |record| written(&record.edited)))
        .collect();
    let cells: Result<Vec<_>, _> = kept.iter().map(|row| written(&row.entry.cells)).collect();
    let created_by: Result<Vec<_>, _> =
        kept.iter().map(|row| row.created.by.as_ref().map(written).transpose()).collect();
    let query = sqlx::query(
        "insert into records(tenant, base, id, table_id, number, name, created_at, created_by, modified_at, edited,
                             cells, deleted, version, position)
         select $1, $2, * from unnest($3::text[], $4::text[], $5::bigint[], $6::text[], $7::timestamptz[], $8::text[],
                                      $9::timestamptz[], $10::text[], $11::jsonb[], $12::boolean[], $13::bigint[],
                                      $14::bigint[])
         on conflict (tenant, base, id) do update
           set table_id = excluded.table_id, number = excluded.number, name = excluded.name,
               created_at = excluded.created_at, created_by = excluded.created_by,
               modified_at = excluded.modified_at, edited = excluded.edited, cells = excluded.cells,
               deleted = excluded.deleted, version = excluded.version, position = excluded.position",
    )
    .bind(book.tenant.as_str().to_owned())
    .bind(book.base.as_str().to_owned())
    .bind(kept.iter().map(|row| row.id.as_str().to_owned()).collect::<Vec<_>>())
    .bind(kept.iter().map(|row| row.entry.table.as_str().to_owned()).collect::<Vec<_>>())
    .bind(kept.iter().map(|row| row.number.cast_signed()).collect::<Vec<_>>())
    .bind(kept.iter().map(|row| row.entry.name.clone()).collect::<Vec<_>>())
    .bind(kept.iter().map(|row| row.created.at.into()).collect::<Vec<jiff_sqlx::Timestamp>>())
    .bind(created_by?)
    .bind(kept.iter().map(|row| modified(row).map(Into::into)).collect::<Vec<Option<jiff_sqlx::Timestamp>>>())
    .bind(edited?)
    .bind(cells?)
    .bind(kept.iter().map(|row| row.record.is_none()).collect::<Vec<_>>())
    .bind(kept.iter().map(|row| row.entry.version).collect::<Vec<_>>())
    .bind(kept.iter().map(|row| row.entry.position).collect::<Vec<_>>());
    query.execute(&mut *book.connection).await?;
    Ok(())
}

fn kept<'b>(book: &'b Book<'_>, id: RecordId) -> Option<Kept<'b>> {
    let entry = book.entries.get(&id)?.as_ref()?;
    if let Some(record) = book.tables().record(entry.table, id) {
        return Some(Kept {
            id,
            entry,
            record: Some(record),
            number: record.number,
            created: &record.created,
        });
    }
    let (number, created) = book.retelling.gone(entry.table, id)?;
    Some(Kept { id, entry, record: None, number, created })
}

fn written(value: &impl Serialize) -> sqlx::Result<String> {
    serde_json::to_string(value).map_err(|error| sqlx::Error::Encode(error.into()))
}

pub async fn drop_base(connection: &mut PgConnection, tenant: &TenantId, base: &BaseKey) -> sqlx::Result<()> {
    for sql in [
        "delete from records where tenant = $1 and base = $2",
        "delete from awaited_links where tenant = $1 and base = $2",
        "delete from record_bases where tenant = $1 and id = $2",
    ] {
        sqlx::query(sql).bind(tenant.as_str()).bind(base.as_str()).execute(&mut *connection).await?;
    }
    Ok(())
}

pub async fn drop_tenants(connection: &mut PgConnection, emptied: Vec<&str>) -> sqlx::Result<()> {
    if emptied.is_empty() {
        return Ok(());
    }
    for sql in [
        "delete from records where tenant = any($1)",
        "delete from awaited_links where tenant = any($1)",
        "delete from record_bases where tenant = any($1)",
    ] {
        sqlx::query(sql).bind(&emptied).execute(&mut *connection).await?;
    }
    Ok(())
}
