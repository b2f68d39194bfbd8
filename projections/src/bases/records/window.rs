//! Some records of a base, with what is needed to read them or to plan a change of them: the tables of a base that hold these records
//! and no others.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use domain::bases::BaseKey;
use domain::bases::cells::CellValue;
use domain::bases::computed::Work;
use domain::bases::formula::sql::Condition;
use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::schema::FieldType;
use domain::bases::table::Tables;
use domain::identity::TenantId;
use serde_json::{Map, Value};

use super::reader::{RecordsReader, Schema, ShownRow, Wanted};
use super::rows::{KeptRow, take_in};

pub struct Window<'r> {
    reader: &'r RecordsReader,
    tenant: &'r TenantId,
    base: &'r BaseKey,
    pub schema: Arc<Schema>,
    pub tables: Tables,
    /// Versions of the streams of records that were looked for; zero for those that never were.
    versions: BTreeMap<RecordId, i64>,
    /// Of those that are here, in which table.
    places: BTreeMap<RecordId, TableId>,
}

impl RecordsReader {
    /// With no record in it yet. Nothing for a base that is not there.
    pub async fn window<'r>(
        &'r self,
        tenant: &'r TenantId,
        base: &'r BaseKey,
    ) -> sqlx::Result<Option<Window<'r>>> {
        let schema = self.schema(tenant, base).await?;
        Ok(schema.map(|schema| self.window_at(tenant, base, schema)))
    }

    pub fn window_at<'r>(
        &'r self,
        tenant: &'r TenantId,
        base: &'r BaseKey,
        schema: Arc<Schema>,
    ) -> Window<'r> {
        let tables = schema.tables.clone();
        let (versions, places) = (BTreeMap::new(), BTreeMap::new());
        Window { reader: self, tenant, base, schema, tables, versions, places }
    }
}

impl Window<'_> {
    /// The version of a record's stream as its row says it; zero where there is none.
    pub fn version(&self, record: RecordId) -> i64 {
        self.versions.get(&record).copied().unwrap_or_default()
    }

    pub fn table_of(&self, record: RecordId) -> Option<TableId> {
        self.places.get(&record).copied()
    }

    pub async fn fetch(&mut self, ids: impl IntoIterator<Item = RecordId>) -> sqlx::Result<()> {
        let wanted: BTreeSet<_> = ids.into_iter().filter(|id| !self.versions.contains_key(id)).collect();
        let wanted: Vec<_> = wanted.into_iter().collect();
        if wanted.is_empty() {
            return Ok(());
        }
        let rows = self.reader.kept(self.tenant, self.base, &wanted).await?;
        self.versions.extend(wanted.into_iter().map(|id| (id, 0)));
        self.take_all(rows);
        Ok(())
    }

    /// Records of a table by what they are called.
    pub async fn fetch_called(&mut self, table: TableId, names: &[String]) -> sqlx::Result<()> {
        let rows = self.reader.called(self.tenant, self.base, table, names).await?;
        self.take_all(rows);
        Ok(())
    }

    /// Records of a table with such cells.
    pub async fn fetch_holding(&mut self, table: TableId, cells: &Map<String, Value>) -> sqlx::Result<()> {
        let rows = self.reader.holding(self.tenant, self.base, table, cells).await?;
        self.take_all(rows);
        Ok(())
    }

    /// Records of a table that a condition selects, or all, or some of their cells; says which.
    pub async fn fetch_selected(
        &mut self,
        table: TableId,
        condition: Option<&Condition>,
        wanted: Wanted<'_>,
    ) -> sqlx::Result<Vec<RecordId>> {
        let rows = self.reader.selected(self.tenant, self.base, table, condition, wanted).await?;
        let ids = rows.iter().map(|row| row.id).collect();
        self.take_all(rows);
        Ok(ids)
    }

    /// The same as they are said, too; nothing where a condition selects more than so many.
    pub async fn fetch_few(
        &mut self,
        table: TableId,
        condition: &Condition,
        most: usize,
    ) -> sqlx::Result<Option<Vec<ShownRow>>> {
        let rows = self.reader.some_selected(self.tenant, self.base, table, condition, most + 1).await?;
        if rows.len() > most {
            return Ok(None);
        }
        let shown = rows.iter().map(KeptRow::shown).collect();
        self.take_all(rows);
        Ok(Some(shown))
    }

    fn take_all(&mut self, rows: Vec<KeptRow>) {
        for row in rows {
            let seen_before = self.versions.insert(row.id, row.version).is_some_and(|version| version > 0);
            if !row.deleted && !seen_before {
                self.places.insert(row.id, row.table);
                take_in(&mut self.tables, &row);
            }
        }
    }

    /// Has at hand what these fields of some records are read from: linked records where they are shown by name, and whatever
    /// changes with time and is worked out here therefore.
    pub async fn complete(&mut self, records: &[RecordId], fields: &[FieldId]) -> sqlx::Result<()> {
        let mut open: BTreeMap<FieldId, BTreeSet<RecordId>> =
            fields.iter().map(|field| (*field, records.iter().copied().collect())).collect();
        let mut done = BTreeMap::<FieldId, BTreeSet<RecordId>>::new();
        while let Some((field, mut records)) = open.pop_first() {
            let known = done.entry(field).or_default();
            records.retain(|record| known.insert(*record));
            if !records.is_empty() {
                for (field, records) in self.read_by(field, &records).await? {
                    open.entry(field).or_default().extend(records);
                }
            }
        }
        Ok(())
    }

    /// What is read to show a field of some records: fields of them, or of others.
    async fn read_by(
        &mut self,
        field: FieldId,
        records: &BTreeSet<RecordId>,
    ) -> sqlx::Result<Vec<(FieldId, BTreeSet<RecordId>)>> {
        if let Some(primary) = self.primary_of_linked(field) {
            let linked = self.linked(field, records);
            self.fetch(linked.clone()).await?;
            return Ok(vec![(primary, linked)]);
        }
        if !self.tables.computed().is_volatile(field) {
            let named = self.named_in_values(field, records);
            self.fetch(named).await?;
            return Ok(Vec::new());
        }
        let work = self.schema.tables.computed().work(field);
        let (through, read) = match work {
            Some(Work::Formula(recipe)) => {
                let dependencies = recipe.formula.dependencies();
                let own = dependencies.fields.iter();
                let own = own.filter_map(|id| FieldId::parse(id).ok());
                return Ok(own.map(|field| (field, records.clone())).collect());
            }
            Some(Work::Rollup(path, _) | Work::Lookup(path)) => (path.link, path.field),
            None => return Ok(Vec::new()),
        };
        let linked = self.linked(through, records);
        self.fetch(linked.clone()).await?;
        Ok(vec![(read, linked)])
    }

    fn primary_of_linked(&self, field: FieldId) -> Option<FieldId> {
        let link = self.tables.base().link(field)?;
        Some(self.tables.base().table(link.linked_table_id)?.primary_field_id)
    }

    fn linked(&self, link: FieldId, records: &BTreeSet<RecordId>) -> BTreeSet<RecordId> {
        records.iter().flat_map(|record| self.tables.linked(link, *record)).collect()
    }

    /// Records that a lookup of links found: they may be asked for their names.
    fn named_in_values(&self, field: FieldId, records: &BTreeSet<RecordId>) -> BTreeSet<RecordId> {
        let looks = self.tables.base().field(field);
        if !looks.is_some_and(|(_, field)| matches!(field.kind, FieldType::MultipleLookupValues(_))) {
            return BTreeSet::new();
        }
        let cells = records
            .iter()
            .filter_map(|record| self.tables.record(self.table_of(*record)?, *record)?.cells.get(&field));
        cells.flat_map(links_in).collect()
    }
}

fn links_in(value: &CellValue) -> Vec<RecordId> {
    match value {
        CellValue::Links(records) => records.clone(),
        CellValue::List(values) => values.iter().flat_map(links_in).collect(),
        _ => Vec::new(),
    }
}
