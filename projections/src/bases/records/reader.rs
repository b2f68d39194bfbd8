//! Reading records: in a role that sees this read model and nothing else. Row-level security would keep indexes of cells from being
//! used, so each query here names the tenant itself, and every function takes it first.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use domain::bases::BaseKey;
use domain::bases::cells::Collaborator;
use domain::bases::formula::sql::{Condition, Names, Parameter};
use domain::bases::ids::{FieldId, ModelId, RecordId, TableId};
use domain::bases::schema;
use domain::bases::table::Tables;
use domain::identity::TenantId;
use eventstore::database::{self, Role, Unfit};
use futures_util::TryStreamExt;
use jiff::Timestamp;
use sqlx::postgres::PgRow;
use sqlx::{AssertSqlSafe, PgPool, Row};

use super::rows::{self, COLUMNS, KeptRow};
use super::together::{Place, Together};
use crate::columns;

/// Bases whose schemas are remembered.
const SCHEMAS_MAX: usize = 1_000;

/// How a condition over records calls what it speaks of. The first parameters are the tenant, the base and the table.
pub const NAMES: Names = Names {
    cells: "records.cells",
    id: "records.id",
    created_at: "records.created_at",
    modified_at: "records.modified_at",
    first_parameter: 4,
};

/// A base as its records know it, with no record in it.
#[derive(Debug)]
pub struct Schema {
    pub tables: Tables,
    /// Of the base's stream.
    pub version: i64,
}

impl Schema {
    pub fn base(&self) -> &schema::Base {
        self.tables.base()
    }
}

/// A record as it is said, but for the names of fields and choices.
#[derive(Debug, Clone)]
pub struct ShownRow {
    pub id: RecordId,
    pub number: u64,
    pub created_at: Timestamp,
    /// JSON, as [`KeptRow::cells`].
    pub cells: String,
}

/// What is read of each record where they are many.
#[derive(Debug, Clone, Copy)]
pub enum Wanted<'a> {
    All,
    /// Of its cells some, and of its edits none unless they are wanted.
    Only {
        fields: &'a [FieldId],
        edits: bool,
    },
}

/// Arguments of one function of the database are at most a hundred, two for each field.
const FIELDS_MAX: usize = 50;

/// Bytes of a statement that a connection keeps the plan of: formulas that are asked again are short.
const KEPT_SQL_MAX: usize = 4_000;

/// Of a table of a base, and not to be found by that: it is the cells that are to be looked for.
const BY_CELLS: &str = "tenant || '' = $1 and base || '' = $2 and table_id || '' = $3 and not deleted";

type Asking<'q> = sqlx::query::Query<'q, sqlx::Postgres, sqlx::postgres::PgArguments>;

/// Numbers of records: after the one, up to the other.
#[derive(Debug, Clone, Copy)]
pub struct Between {
    pub after: u64,
    pub up_to: u64,
}

type Known = HashMap<(TenantId, BaseKey), Arc<Schema>>;

/// Cheap to clone.
#[derive(Clone)]
pub struct RecordsReader {
    pool: PgPool,
    together: Together,
    known: Arc<Mutex<Known>>,
}

impl RecordsReader {
    pub fn open(database_url: &str, connections_max: u32) -> Result<Self, Unfit> {
        let pool = database::pool(database_url, Role::RecordsReader, connections_max)?;
        let together = Together::new(pool.clone());
        Ok(Self { pool, together, known: Arc::default() })
    }

    /// Nothing for a base that is not there.
    pub async fn schema(&self, tenant: &TenantId, base: &BaseKey) -> sqlx::Result<Option<Arc<Schema>>> {
        let sql = "select version from record_bases where tenant = $1 and id = $2";
        let query = sqlx::query_scalar(sql).bind(tenant.as_str()).bind(base.as_str());
        let version: Option<i64> = query.fetch_optional(&self.pool).await?;
        match version {
            Some(version) => self.schema_at(tenant, base, version).await,
            None => Ok(None),
        }
    }

    /// As this process saw it last; how it is now, whatever is read beside it has to say.
    pub fn remembered(&self, tenant: &TenantId, base: &BaseKey) -> Option<Arc<Schema>> {
        let place = (tenant.clone(), base.clone());
        self.known.lock().unwrap_or_else(PoisonError::into_inner).get(&place).cloned()
    }

    /// Records of a table in the order they were made in, after one of them and up to another by their numbers.
    pub async fn page(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        table: TableId,
        Between { after, up_to }: Between,
        limit: usize,
    ) -> sqlx::Result<Vec<ShownRow>> {
        let sql = "select id, number, created_at, cells::text as cells from records
                   where tenant = $1 and base = $2 and table_id = $3 and not deleted and number > 0
                     and number > $4 and number <= $6
                   order by number limit $5";
        let query = sqlx::query(sql).bind(tenant.as_str()).bind(base.as_str()).bind(table.as_str());
        let up_to = i64::try_from(up_to).unwrap_or(i64::MAX);
        let query = query.bind(after.cast_signed()).bind(limit as i64).bind(up_to);
        query.fetch_all(&self.pool).await?.iter().map(ShownRow::from_row).collect()
    }

    /// Of the record of a table that was made last, of those that are there.
    pub async fn last_number(&self, tenant: &TenantId, base: &BaseKey, table: TableId) -> sqlx::Result<u64> {
        let sql =
            "select number from records where tenant = $1 and base = $2 and table_id = $3 and not deleted
                   and number > 0 order by number desc limit 1";
        let query = sqlx::query_scalar(sql).bind(tenant.as_str()).bind(base.as_str()).bind(table.as_str());
        let number: Option<i64> = query.fetch_optional(&self.pool).await?;
        Ok(number.unwrap_or_default().unsigned_abs())
    }

    /// Of a record that is there, or was.
    pub async fn number_of(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        table: TableId,
        id: RecordId,
    ) -> sqlx::Result<Option<u64>> {
        let sql = "select number from records where tenant = $1 and base = $2 and table_id = $3 and id = $4";
        let query = sqlx::query_scalar(sql).bind(tenant.as_str()).bind(base.as_str());
        let number: Option<i64> =
            query.bind(table.as_str()).bind(id.as_str()).fetch_optional(&self.pool).await?;
        Ok(number.map(i64::unsigned_abs))
    }

    /// How many records of a table there are up to a number.
    pub async fn count_until(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        table: TableId,
        number: u64,
    ) -> sqlx::Result<usize> {
        let sql = "select count(*) from records
                   where tenant = $1 and base = $2 and table_id = $3 and not deleted and number > 0 and number <= $4";
        let query = sqlx::query_scalar(sql).bind(tenant.as_str()).bind(base.as_str()).bind(table.as_str());
        let count: i64 = query.bind(number.cast_signed()).fetch_one(&self.pool).await?;
        Ok(usize::try_from(count).unwrap_or(usize::MAX))
    }

    /// Records as they are said, by their ids, in no order.
    pub async fn shown(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        table: TableId,
        ids: &[RecordId],
    ) -> sqlx::Result<Vec<ShownRow>> {
        let sql = "select id, number, created_at, cells::text as cells
                   from unnest($4::text[]) wanted (called) cross join lateral
                     (select * from records where tenant = $1 and base = $2 and id = called offset 0) found
                   where table_id = $3 and not deleted";
        let query = sqlx::query(sql).bind(tenant.as_str()).bind(base.as_str()).bind(table.as_str());
        query.bind(texts(ids)).fetch_all(&self.pool).await?.iter().map(ShownRow::from_row).collect()
    }

    /// One record as it is said, read with those that others ask for at the same time.
    pub async fn shown_one(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        table: TableId,
        record: RecordId,
    ) -> sqlx::Result<Option<ShownRow>> {
        let place = Place { tenant: tenant.clone(), base: base.clone(), table, record };
        match self.together.shown(place).await {
            Some(shown) => Ok(shown),
            None => Ok(self.shown(tenant, base, table, &[record]).await?.pop()),
        }
    }

    /// Records of a table that a condition selects, or all, in the order they were made in.
    pub async fn selected(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        table: TableId,
        condition: Option<&Condition>,
        wanted: Wanted<'_>,
    ) -> sqlx::Result<Vec<KeptRow>> {
        let and = condition.map(|condition| format!("and ({})", condition.sql)).unwrap_or_default();
        let parameters = condition.map_or(0, |condition| condition.parameters.len());
        let (columns, fields) = wanted.columns(NAMES.first_parameter + parameters);
        let sql = format!(
            "select {columns} from records
             where tenant = $1 and base = $2 and table_id = $3 and not deleted and number > 0 {and} order by number"
        );
        let query = asking(&sql, tenant, base, table, condition);
        let query = fields.iter().fold(query, |query, field| query.bind(field.as_str().to_owned()));
        self.kept_rows(query).await
    }

    /// So many at most of those that a condition selects which the index of cells answers, in no order. The index has cells of all
    /// bases, so the planner takes another one as soon as it may, and looks at every record of the table.
    pub async fn some_selected(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        table: TableId,
        condition: &Condition,
        limit: usize,
    ) -> sqlx::Result<Vec<KeptRow>> {
        let sql =
            format!("select {COLUMNS} from records where {BY_CELLS} and ({}) limit {limit}", condition.sql);
        self.kept_rows(asking(&sql, tenant, base, table, Some(condition))).await
    }

    /// Each is read as it comes: they may be all of a table.
    async fn kept_rows(&self, query: Asking<'_>) -> sqlx::Result<Vec<KeptRow>> {
        let rows = query.fetch(&self.pool);
        rows.and_then(|row| std::future::ready(KeptRow::from_row(&row))).try_collect().await
    }

    /// Everything that is kept of some records, of deleted ones too.
    pub async fn kept(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        ids: &[RecordId],
    ) -> sqlx::Result<Vec<KeptRow>> {
        let mut connection = self.pool.acquire().await?;
        rows::by_ids(&mut connection, tenant, base, ids).await
    }

    /// Records of a table that are called so.
    pub async fn called(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        table: TableId,
        names: &[String],
    ) -> sqlx::Result<Vec<KeptRow>> {
        // One name after the other: of all of them together the planner would look in each record of the table.
        let sql = format!(
            "select {COLUMNS} from (select distinct called from unnest($4::text[]) called) wanted cross join lateral
               (select * from records where tenant = $1 and base = $2 and table_id = $3 and not deleted
                  and left(name, 200) = left(called, 200) and name = called offset 0) found
             order by number"
        );
        let query = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(base.as_str());
        let query = query.bind(table.as_str()).bind(names);
        query.fetch_all(&self.pool).await?.iter().map(KeptRow::from_row).collect()
    }

    /// Records of a table whose cell of a field is this.
    pub async fn holding(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        table: TableId,
        cells: &serde_json::Map<String, serde_json::Value>,
    ) -> sqlx::Result<Vec<KeptRow>> {
        let sql =
            format!("select {COLUMNS} from records where {BY_CELLS} and cells @> $4::jsonb order by number");
        let query = sqlx::query(AssertSqlSafe(sql)).bind(tenant.as_str()).bind(base.as_str());
        let query = query.bind(table.as_str()).bind(serde_json::Value::Object(cells.clone()).to_string());
        query.fetch_all(&self.pool).await?.iter().map(KeptRow::from_row).collect()
    }

    /// People whom cells of a base name, or who made records of it, by their ids and addresses.
    pub async fn people(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        named: &[String],
    ) -> sqlx::Result<Vec<Collaborator>> {
        let sql = "select distinct person::text from records,
                     lateral (select jsonb_path_query(cells, '$.*[*] ? (exists (@.id) && !exists (@.url))')
                              union all select created_by::jsonb) named (person)
                   where tenant = $1 and base = $2 and not deleted
                     and (person ->> 'id' = any($3) or person ->> 'email' = any($3)) limit 1000";
        let query = sqlx::query_scalar(sql).bind(tenant.as_str()).bind(base.as_str()).bind(named);
        let found: Vec<String> = query.fetch_all(&self.pool).await?;
        found.iter().map(|person| rows::json("person", person)).collect()
    }

    pub async fn close(&self) {
        self.pool.close().await;
    }

    async fn schema_at(
        &self,
        tenant: &TenantId,
        base: &BaseKey,
        version: i64,
    ) -> sqlx::Result<Option<Arc<Schema>>> {
        let known = self.remembered(tenant, base).filter(|known| known.version == version);
        if known.is_some() {
            return Ok(known);
        }
        let sql = "select schema, version from record_bases where tenant = $1 and id = $2";
        let query = sqlx::query(sql).bind(tenant.as_str()).bind(base.as_str());
        let Some(row) = query.fetch_optional(&self.pool).await? else { return Ok(None) };
        let schema = rows::json("schema", row.try_get("schema")?)?;
        let schema = Schema { tables: Tables::new(schema, Vec::new()), version: row.try_get("version")? };
        Ok(Some(self.remember((tenant.clone(), base.clone()), Arc::new(schema))))
    }

    fn remember(&self, place: (TenantId, BaseKey), schema: Arc<Schema>) -> Arc<Schema> {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= SCHEMAS_MAX {
            known.clear();
        }
        known.insert(place, Arc::clone(&schema));
        schema
    }
}

impl Wanted<'_> {
    /// As SQL that has parameters from a number on, and the fields they stand for.
    fn columns(&self, first: usize) -> (String, &[FieldId]) {
        let Self::Only { fields, edits } = self else { return (COLUMNS.to_owned(), &[]) };
        if fields.len() > FIELDS_MAX {
            return (COLUMNS.to_owned(), &[]);
        }
        let cells: Vec<_> =
            (first..).take(fields.len()).map(|at| format!("${at}::text, cells -> ${at}::text")).collect();
        let edited = if *edits { "edited" } else { "'{}'" };
        let columns = format!(
            "table_id, id, number, '' as name, created_at, created_by, {edited} as edited,
             jsonb_build_object({})::text as cells, deleted, version, position",
            cells.join(", ")
        );
        (columns, fields)
    }
}

impl ShownRow {
    pub fn from_row(row: &PgRow) -> sqlx::Result<Self> {
        Ok(Self {
            id: rows::model_id(row, "id")?,
            number: row.try_get::<i64, _>("number")?.unsigned_abs(),
            created_at: columns::timestamp(row, "created_at")?,
            cells: row.try_get("cells")?,
        })
    }
}

/// A statement with its first parameters, and those of a condition.
fn asking<'q>(
    sql: &str,
    tenant: &TenantId,
    base: &BaseKey,
    table: TableId,
    condition: Option<&Condition>,
) -> Asking<'q> {
    let is_kept = sql.len() <= KEPT_SQL_MAX;
    let query = sqlx::query(AssertSqlSafe(sql.to_owned())).persistent(is_kept);
    let query = query.bind(tenant.to_string()).bind(base.to_string()).bind(table.to_string());
    let parameters = condition.into_iter().flat_map(|condition| &condition.parameters);
    parameters.fold(query, |query, parameter| match parameter {
        Parameter::Text(text) => query.bind(text.clone()),
        Parameter::Texts(texts) => query.bind(texts.clone()),
    })
}

fn texts<K>(ids: &[ModelId<K>]) -> Vec<&str> {
    ids.iter().map(ModelId::as_str).collect()
}
