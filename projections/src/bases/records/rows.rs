//! Rows of records, as they are kept and as tables take them in.

use std::collections::BTreeMap;

use domain::bases::BaseKey;
use domain::bases::ids::{FieldId, Kind, ModelId, RecordId, TableId};
use domain::bases::table::{Record, Stamp, Tables};
use domain::identity::TenantId;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgConnection, Row};

use super::reader::ShownRow;
use crate::columns;

#[derive(Debug, Clone, PartialEq)]
pub struct KeptRow {
    pub table: TableId,
    pub id: RecordId,
    pub number: u64,
    pub name: String,
    pub created: Stamp,
    pub edited: BTreeMap<FieldId, Stamp>,
    /// By ids of fields, choices by id.
    pub cells: Map<String, Value>,
    pub deleted: bool,
    pub version: i64,
    pub position: i64,
}

/// What [`KeptRow::from_row`] reads.
pub const COLUMNS: &str = "table_id, id, number, name, created_at, created_by, edited, cells::text as cells, deleted, version, position";

impl KeptRow {
    pub fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        let by = row.try_get::<Option<&str>, _>("created_by")?;
        let by = by.map(|by| json("created_by", by)).transpose()?;
        Ok(Self {
            table: model_id(row, "table_id")?,
            id: model_id(row, "id")?,
            number: row.try_get::<i64, _>("number")?.unsigned_abs(),
            name: row.try_get("name")?,
            created: Stamp { at: columns::timestamp(row, "created_at")?, by },
            edited: json("edited", row.try_get("edited")?)?,
            cells: json("cells", row.try_get("cells")?)?,
            deleted: row.try_get("deleted")?,
            version: row.try_get("version")?,
            position: row.try_get("position")?,
        })
    }

    pub fn shown(&self) -> ShownRow {
        let cells = serde_json::to_string(&self.cells).unwrap_or_default();
        ShownRow { id: self.id, number: self.number, created_at: self.created.at, cells }
    }
}

/// Tables take a record in with all that was worked out of it.
pub fn take_in(tables: &mut Tables, row: &KeptRow) {
    let record = Record {
        id: row.id,
        created: row.created.clone(),
        number: row.number,
        cells: BTreeMap::new(),
        edited: row.edited.clone(),
        settled: true,
    };
    tables.take_in(row.table, record, &row.cells);
}

/// Records of a base by their ids, deleted ones too.
pub async fn by_ids(
    connection: &mut PgConnection,
    tenant: &TenantId,
    base: &BaseKey,
    ids: &[RecordId],
) -> sqlx::Result<Vec<KeptRow>> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    // Each by its key, however few records the planner believes in.
    let sql = format!(
        "select {COLUMNS} from unnest($3::text[]) wanted (called) cross join lateral
           (select * from records where tenant = $1 and base = $2 and id = called offset 0) found"
    );
    let ids: Vec<&str> = ids.iter().map(ModelId::as_str).collect();
    let query = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(base.as_str()).bind(ids);
    query.fetch_all(connection).await?.iter().map(KeptRow::from_row).collect()
}

/// Records whose cell of a field links to one.
pub async fn linking(
    connection: &mut PgConnection,
    tenant: &TenantId,
    base: &BaseKey,
    field: FieldId,
    to: RecordId,
) -> sqlx::Result<Vec<KeptRow>> {
    // By the cells: there is an index of the records of a base as well, which finds all of them.
    let sql = format!(
        "select {COLUMNS} from records
         where tenant || '' = $1 and base || '' = $2 and not deleted and cells @> $3::jsonb"
    );
    let holds = serde_json::json!({ field.as_str(): [to] }).to_string();
    let query = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(base.as_str()).bind(holds);
    query.fetch_all(connection).await?.iter().map(KeptRow::from_row).collect()
}

/// Records of a table in the order of their numbers, after one of those.
pub async fn after(
    connection: &mut PgConnection,
    tenant: &TenantId,
    base: &BaseKey,
    table: TableId,
    number: u64,
    limit: i64,
) -> sqlx::Result<Vec<KeptRow>> {
    let sql = format!(
        "select {COLUMNS} from records
         where tenant = $1 and base = $2 and table_id = $3 and not deleted and number > 0 and number > $4
         order by number limit $5"
    );
    let query =
        sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(base.as_str()).bind(table.as_str());
    let query = query.bind(number.cast_signed()).bind(limit);
    query.fetch_all(connection).await?.iter().map(KeptRow::from_row).collect()
}

pub fn json<T: DeserializeOwned>(column: &str, text: &str) -> sqlx::Result<T> {
    serde_json::from_str(text)
        .map_err(|error| sqlx::Error::ColumnDecode { index: column.to_owned(), source: error.into() })
}

pub fn model_id<K: Kind>(row: &PgRow, column: &str) -> sqlx::Result<ModelId<K>> {
    ModelId::parse(row.try_get(column)?)
        .map_err(|error| sqlx::Error::ColumnDecode { index: column.to_owned(), source: error.into() })
}
