//! Compares the rows made anew with those in use, row by row at one position.
//!
//! Both are at that position for a moment, in which a snapshot of the database is taken; in it they are compared while
//! both go on.

use std::collections::BTreeMap;

use eventstore::database::{self, Role};
use serde::Serialize;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, Connection, Executor, PgConnection, Row};

use super::beside::Beside;
use super::failed::RebuildFailed;
use super::live::Live;
use crate::runtime::check::LOOKS_AT_ALL_ROWS;
use crate::runtime::projection::Projection;

/// Differing rows of a table that are told.
const TOLD_MAX: i64 = 20;

/// What a comparison came to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Verified {
    /// Where both were.
    pub position: i64,
    pub version_in_use: i32,
    pub tables: Vec<Compared>,
}

/// One table on both sides.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Compared {
    pub table: String,
    /// Rows made anew.
    pub rows: i64,
    pub differing: i64,
    /// The first of them, in the order of their keys.
    pub told: Vec<Difference>,
}

/// One row that the two sides do not agree on. What it says is left out: the operator need not see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Difference {
    /// By column.
    pub key: BTreeMap<String, String>,
    pub kind: Kind,
    /// The columns that differ.
    pub columns: Vec<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    OnlyInUse,
    OnlyAnew,
    Differs,
}

impl Verified {
    pub fn differing(&self) -> i64 {
        self.tables.iter().map(|table| table.differing).sum()
    }

    pub fn holds(&self) -> bool {
        self.differing() == 0
    }
}

/// A connection whose snapshot of the database stays as it is.
pub struct Snapshot(PgConnection);

impl Snapshot {
    /// Sees what is committed now, for as long as it lives.
    pub async fn take(database_url: &str) -> Result<Self, RebuildFailed> {
        let mut connection = database::connect(database_url, Role::Projector).await?;
        connection
            .execute("set statement_timeout = 0; begin isolation level repeatable read; select 1")
            .await?;
        connection.execute(LOOKS_AT_ALL_ROWS).await?;
        Ok(Self(connection))
    }

    pub fn connection(&mut self) -> &mut PgConnection {
        &mut self.0
    }

    pub async fn compare(mut self, beside: Beside, live: &Live) -> Result<Verified, RebuildFailed> {
        let connection = &mut self.0;
        for schema in [&live.schema, &beside.schema()] {
            tidy(connection, beside.projection, schema).await?;
        }
        let mut tables = Vec::new();
        for table in tables_of(connection, &beside.schema()).await? {
            tables.push(compare(connection, beside, live, table).await?);
        }
        // What was tidied up here stays for those whose turn it is.
        connection.execute("rollback").await?;
        self.0.close().await?;
        Ok(Verified { position: live.position, version_in_use: live.version, tables })
    }
}

/// What is past keeping counts on neither side.
async fn tidy(
    connection: &mut PgConnection,
    projection: &dyn Projection,
    schema: &str,
) -> Result<(), RebuildFailed> {
    connection.execute(AssertSqlSafe(format!("set local search_path = {schema}"))).await?;
    while projection.tidy(connection).await? > 0 {}
    Ok(())
}

/// A table made anew, and what both sides have of it.
struct Table {
    name: String,
    key: Vec<String>,
    columns: Vec<String>,
}

async fn tables_of(connection: &mut PgConnection, schema: &str) -> sqlx::Result<Vec<Table>> {
    let rows: Vec<(String, Vec<String>, Vec<String>)> = sqlx::query_as(
        "select c.relname::text,
                array(select a.attname::text from pg_index i
                      join unnest(i.indkey) with ordinality k(number, place) on true
                      join pg_attribute a on a.attrelid = c.oid and a.attnum = k.number
                      where i.indrelid = c.oid and i.indisprimary order by k.place),
                array(select a.attname::text from pg_attribute a
                      where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped order by a.attnum)
           from pg_class c join pg_namespace n on n.oid = c.relnamespace
          where n.nspname = $1 and c.relkind in ('r', 'p') order by 1",
    )
    .bind(schema)
    .fetch_all(connection)
    .await?;
    Ok(rows.into_iter().map(|(name, key, columns)| Table { name, key, columns }).collect())
}

async fn compare(
    connection: &mut PgConnection,
    beside: Beside,
    live: &Live,
    anew: Table,
) -> Result<Compared, RebuildFailed> {
    let in_use = tables_of(connection, &live.schema).await?.into_iter().find(|each| each.name == anew.name);
    let rows = count(connection, &beside.schema(), &anew.name).await?;
    let mut compared = Compared { table: anew.name.clone(), rows, differing: 0, told: Vec::new() };
    match in_use.map(|in_use| shared(&anew, &in_use)) {
        Some(table) if !table.key.is_empty() => {
            tell_differences(connection, beside, live, &table, &mut compared).await?;
        }
        // Another version, with another key: no row of one side is a row of the other.
        _ => compared.differing = rows,
    }
    Ok(compared)
}

/// Versions may differ in their columns: what both have is compared, unless they differ in their keys.
fn shared(anew: &Table, in_use: &Table) -> Table {
    let key = if anew.key == in_use.key { anew.key.clone() } else { Vec::new() };
    let both = anew.columns.iter().filter(|column| in_use.columns.contains(column));
    Table { name: anew.name.clone(), key, columns: both.cloned().collect() }
}

async fn count(connection: &mut PgConnection, schema: &str, table: &str) -> sqlx::Result<i64> {
    sqlx::query_scalar(AssertSqlSafe(format!("select count(*) from {schema}.{table}")))
        .fetch_one(connection)
        .await
}

async fn tell_differences(
    connection: &mut PgConnection,
    beside: Beside,
    live: &Live,
    table: &Table,
    compared: &mut Compared,
) -> sqlx::Result<()> {
    let sql = statement(&beside.schema(), &live.schema, table);
    let found = sqlx::query(AssertSqlSafe(sql)).bind(TOLD_MAX).fetch_all(connection).await?;
    compared.differing = found.first().map_or(Ok(0), |row| row.try_get("differing"))?;
    compared.told = found.iter().map(|row| difference(row, &table.key)).collect::<sqlx::Result<_>>()?;
    Ok(())
}

fn difference(row: &PgRow, key: &[String]) -> sqlx::Result<Difference> {
    let values: Vec<String> = row.try_get("key")?;
    let key = key.iter().cloned().zip(values).collect();
    Ok(match (row.try_get("is_anew")?, row.try_get("is_in_use")?) {
        (true, true) => Difference { key, kind: Kind::Differs, columns: row.try_get("columns")? },
        (true, false) => Difference { key, kind: Kind::OnlyAnew, columns: Vec::new() },
        (false, _) => Difference { key, kind: Kind::OnlyInUse, columns: Vec::new() },
    })
}

fn statement(anew: &str, in_use: &str, table: &Table) -> String {
    let Table { name, key, columns } = table;
    let list =
        |of: &dyn Fn(&String) -> String, over: &[String]| over.iter().map(of).collect::<Vec<_>>().join(", ");
    let first = &key[0];
    let using = list(&|column| format!("\"{column}\""), key);
    let told = list(&|column| format!("\"{column}\"::text"), key);
    let differing = list(
        &|column| format!("case when a.\"{column}\" is distinct from u.\"{column}\" then '{column}' end"),
        columns,
    );
    let of_a = list(&|column| format!("a.\"{column}\""), columns);
    let of_u = list(&|column| format!("u.\"{column}\""), columns);
    format!(
        "select array[{told}] as key, a.\"{first}\" is not null as is_anew, u.\"{first}\" is not null as is_in_use,
                array_remove(array[{differing}], null) as columns, count(*) over () as differing
           from {anew}.\"{name}\" a full join {in_use}.\"{name}\" u using ({using})
          where a.\"{first}\" is null or u.\"{first}\" is null or ({of_a}) is distinct from ({of_u})
          order by {using} limit $1"
    )
}
