//! A base while events are told of it: its schema, and those of its records that the events touch, with what hangs on them.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::BaseKey;
use domain::bases::base::BaseEvent;
use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::record::{GoneLinks, RecordEvent, Retelling};
use domain::bases::schema;
use domain::bases::schema::{FieldType, SchemaChange};
use domain::bases::table::Tables;
use domain::identity::TenantId;
use jiff::Timestamp;
use serde_json::{Map, Value};
use sqlx::{PgConnection, Row};

use super::awaited::{self, Awaited};
use super::group::{Told, address};
use super::rows::{self, KeptRow};
use super::{save, take_in};
use crate::runtime::{Opened, ProjectFault};

/// A row of a record, as far as tables do not have it.
#[derive(Debug, Clone, PartialEq)]
pub struct Entry {
    pub table: TableId,
    pub name: String,
    pub cells: Map<String, Value>,
    pub version: i64,
    pub position: i64,
}

/// What is known of the base itself.
pub struct Cover {
    pub version: i64,
    pub position: i64,
    /// Whether an event of the base itself was told.
    pub told: bool,
}

pub struct Book<'c> {
    pub connection: &'c mut PgConnection,
    pub tenant: TenantId,
    pub base: BaseKey,
    /// Nothing before the base was created, and after it was deleted.
    pub cover: Option<Cover>,
    pub retelling: Retelling,
    /// Records that were looked for, with the rows that there are.
    pub entries: BTreeMap<RecordId, Option<Entry>>,
    /// What was kept of links to records without a row.
    pub awaited: Awaited,
    /// Records whose row is to be written.
    pub dirty: BTreeSet<RecordId>,
    /// Records that are to be worked out.
    pub open: BTreeSet<RecordId>,
}

impl<'c> Book<'c> {
    pub async fn open(
        connection: &'c mut PgConnection,
        tenant: TenantId,
        base: BaseKey,
        told: &[Told<'_>],
    ) -> Result<Self, ProjectFault> {
        let (cover, tables) = load(connection, &tenant, &base).await?;
        let retelling = Retelling::resume(tables);
        let (entries, awaited) = (BTreeMap::new(), Awaited::new());
        let (dirty, open) = (BTreeSet::new(), BTreeSet::new());
        let mut book = Self { connection, tenant, base, cover, retelling, entries, awaited, dirty, open };
        book.fetch(touched(told)).await?;
        let gone: Vec<_> = told.iter().filter_map(|told| place_of(told, is_deletion)).collect();
        let linked = gone.iter().flat_map(|(table, record)| book.linked_from(*table, *record)).collect();
        book.fetch(linked).await?;
        let again = told
            .iter()
            .filter_map(|told| place_of(told, is_restoration))
            .flat_map(|(table, record)| book.linked_again(table, record));
        let again = again.collect();
        book.fetch(again).await?;
        book.fetch_linking(&gone).await?;
        Ok(book)
    }

    pub fn tables(&self) -> &Tables {
        self.retelling.tables()
    }

    pub async fn base(&mut self, event: &Opened<BaseEvent>) -> Result<(), ProjectFault> {
        let recorded = &event.recorded;
        match &event.event {
            BaseEvent::Created { airtable_id, name, tables, .. } => {
                let schema = schema::Base { id: *airtable_id, name: name.clone(), tables: tables.clone() };
                self.retelling = Retelling::of(schema, Vec::new());
            }
            _ if self.cover.is_none() => return Err(event.has_no_row()),
            BaseEvent::SchemaChanged { changes } if changes.iter().any(reaches_records) => {
                self.reshape(&event.event).await?;
            }
            BaseEvent::Deleted {} => {
                self.forget().await?;
                return Ok(());
            }
            other => self.retelling.base(other),
        }
        self.cover = Some(Cover { version: recorded.version, position: recorded.position, told: true });
        Ok(())
    }

    /// All records may read otherwise afterwards.
    async fn reshape(&mut self, event: &BaseEvent) -> Result<(), ProjectFault> {
        self.settle().await?;
        self.fetch_all().await?;
        self.retelling.base(event);
        let there = self.entries.iter().filter(|(_, entry)| entry.is_some()).map(|(id, _)| *id);
        self.open.extend(there);
        self.settle().await
    }

    pub fn record(&mut self, event: &Opened<RecordEvent>) -> Result<(), ProjectFault> {
        if self.cover.is_none() {
            return Err(event.has_no_row());
        }
        let (address, recorded) = (address(&event.event), &event.recorded);
        let known = self.entries.entry(address.record).or_default();
        if known.is_none() && recorded.version > 1 {
            return Err(event.has_no_row());
        }
        let entry = known.get_or_insert_with(|| Entry::new(address.table));
        (entry.version, entry.position) = (recorded.version, recorded.position);
        self.dirty.insert(address.record);
        let ends_now = match &event.event {
            RecordEvent::Deleted { .. } => self.linked_from(address.table, address.record),
            RecordEvent::Restored { .. } => self.linked_again(address.table, address.record),
            _ => BTreeSet::new(),
        };
        self.open.extend(ends_now);
        self.open.insert(address.record);
        self.open.extend(ends(&event.event));
        self.retelling.record(&event.event);
        Ok(())
    }

    /// Writes all of it down.
    pub async fn close(mut self) -> Result<(), ProjectFault> {
        self.settle().await?;
        if self.cover.is_some() {
            save::save(&mut self).await?;
            let missing = self.entries.keys().copied().filter(|id| !self.is_here(*id));
            let linked_meanwhile = awaited::known(self.retelling.tables(), missing);
            let awaited = awaited::with(self.still_linked(), linked_meanwhile);
            awaited::save(self.connection, &self.tenant, &self.base, &self.awaited, &awaited).await?;
        }
        Ok(())
    }

    async fn forget(&mut self) -> Result<(), ProjectFault> {
        save::drop_base(self.connection, &self.tenant, &self.base).await?;
        self.cover = None;
        self.entries.clear();
        self.awaited.clear();
        self.dirty.clear();
        self.open.clear();
        Ok(())
    }

    /// Has rows at hand that were not looked for yet.
    pub async fn fetch(&mut self, mut ids: BTreeSet<RecordId>) -> Result<(), ProjectFault> {
        ids.retain(|id| !self.entries.contains_key(id));
        let ids: Vec<_> = ids.into_iter().collect();
        let found = rows::by_ids(self.connection, &self.tenant, &self.base, &ids).await?;
        self.entries.extend(ids.iter().map(|id| (*id, None)));
        found.into_iter().for_each(|row| self.take(row));
        self.fetch_awaited(ids).await
    }

    /// Neither awaited nor deleted.
    fn is_here(&self, id: RecordId) -> bool {
        let entry = self.entries.get(&id).and_then(Option::as_ref);
        entry.is_some_and(|entry| self.tables().record(entry.table, id).is_some())
    }

    /// What is known of records that are not here.
    async fn fetch_awaited(&mut self, mut ids: Vec<RecordId>) -> Result<(), ProjectFault> {
        ids.retain(|id| !self.is_here(*id));
        if ids.is_empty() {
            return Ok(());
        }
        let found = awaited::load(self.connection, &self.tenant, &self.base, &ids).await?;
        let mut of_gone = BTreeMap::<_, GoneLinks>::new();
        for ((record, field), linked) in &found {
            match self.entries.get(record) {
                Some(Some(entry)) => {
                    of_gone.entry((entry.table, *record)).or_default().insert(*field, linked.clone());
                }
                _ => self.retelling.tables_mut().set_linked(*field, *record, linked),
            }
        }
        of_gone
            .into_iter()
            .for_each(|((table, record), links)| self.retelling.was_linked(table, record, links));
        self.awaited.extend(found);
        Ok(())
    }

    /// Links to records that are deleted, for when they come again.
    fn still_linked(&self) -> Awaited {
        let there = self.entries.iter().filter_map(|(record, entry)| Some((*record, entry.as_ref()?.table)));
        let gone =
            there.filter_map(|(record, table)| Some((record, self.retelling.gone_links(table, record)?)));
        let links = gone.flat_map(|(record, links)| {
            links.iter().map(move |(field, linking)| ((record, *field), linking.clone()))
        });
        links.filter(|(_, linking)| !linking.is_empty()).collect()
    }

    /// Records that link to a deleted one as soon as it comes again.
    fn linked_again(&self, table: TableId, record: RecordId) -> BTreeSet<RecordId> {
        let links = self.retelling.gone_links(table, record);
        links.into_iter().flatten().flat_map(|(_, linking)| linking).copied().collect()
    }

    async fn fetch_all(&mut self) -> Result<(), ProjectFault> {
        let tables: Vec<_> = self.tables().base().tables.iter().map(|table| table.id).collect();
        for table in tables {
            let found = rows::after(self.connection, &self.tenant, &self.base, table, 0, i64::MAX).await?;
            found.into_iter().for_each(|row| self.take(row));
        }
        Ok(())
    }

    /// Records that link to others by links that these know nothing of.
    async fn fetch_linking(&mut self, to: &[(TableId, RecordId)]) -> Result<(), ProjectFault> {
        for (table, record) in to {
            let fields: Vec<_> = self.tables().base().one_way_links_to(*table).collect();
            for field in fields {
                let found = rows::linking(self.connection, &self.tenant, &self.base, field, *record).await?;
                for row in found {
                    self.open.insert(row.id);
                    self.take(row);
                }
            }
        }
        Ok(())
    }

    /// A row that is here already is newer than what the database says.
    pub fn take(&mut self, row: KeptRow) {
        if let Some(Some(_)) = self.entries.get(&row.id) {
            return;
        }
        if row.deleted {
            self.retelling.was(row.table, row.id, row.number, row.created);
        } else {
            take_in(self.retelling.tables_mut(), &row);
        }
        let KeptRow { table, name, cells, version, position, .. } = row;
        self.entries.insert(row.id, Some(Entry { table, name, cells, version, position }));
    }

    /// The other ends of all links of a record.
    fn linked_from(&self, table: TableId, record: RecordId) -> BTreeSet<RecordId> {
        let links = links_of(self.tables(), table);
        links.into_iter().flat_map(|field| self.tables().linked(field, record)).collect()
    }
}

impl Entry {
    fn new(table: TableId) -> Self {
        Self { table, name: String::new(), cells: Map::new(), version: 0, position: 0 }
    }
}

/// The base as it was kept, and tables without any records.
async fn load(
    connection: &mut PgConnection,
    tenant: &TenantId,
    base: &BaseKey,
) -> Result<(Option<Cover>, Tables), ProjectFault> {
    let sql = "select schema, numbers, version, position from record_bases where tenant = $1 and id = $2";
    let query = sqlx::query(sql).bind(tenant.as_str()).bind(base.as_str());
    let Some(row) = query.fetch_optional(connection).await? else {
        return Ok((None, nothing()));
    };
    let schema: schema::Base = rows::json("schema", row.try_get("schema")?)?;
    let numbers: BTreeMap<TableId, u64> = rows::json("numbers", row.try_get("numbers")?)?;
    let mut tables = Tables::new(schema, Vec::new());
    numbers.into_iter().for_each(|(table, number)| tables.number_after(table, number));
    let cover = Cover { version: row.try_get("version")?, position: row.try_get("position")?, told: false };
    Ok((Some(cover), tables))
}

/// Until its first event is told.
fn nothing() -> Tables {
    let id = domain::bases::ids::Mint::new(uuid::Uuid::nil()).make();
    Tables::new(schema::Base { id, name: String::new(), tables: Vec::new() }, Vec::new())
}

/// Records that must be at hand before anything is told: those that events are of, and the other ends of what links change.
fn touched(told: &[Told<'_>]) -> BTreeSet<RecordId> {
    let mut touched = BTreeSet::new();
    for told in told {
        if let Told::Record(event) = told {
            touched.insert(address(&event.event).record);
            touched.extend(ends(&event.event));
        }
    }
    touched
}

/// Where the record lies that something of a kind was told of.
fn place_of(told: &Told<'_>, is_of_kind: fn(&RecordEvent) -> bool) -> Option<(TableId, RecordId)> {
    let Told::Record(event) = told else { return None };
    let address = address(&event.event);
    is_of_kind(&event.event).then_some((address.table, address.record))
}

fn is_deletion(event: &RecordEvent) -> bool {
    matches!(event, RecordEvent::Deleted { .. })
}

fn is_restoration(event: &RecordEvent) -> bool {
    matches!(event, RecordEvent::Restored { .. })
}

fn ends(event: &RecordEvent) -> impl Iterator<Item = RecordId> {
    let links = match event {
        RecordEvent::Created { links, .. }
        | RecordEvent::Restored { links, .. }
        | RecordEvent::Changed { links, .. } => links.as_slice(),
        RecordEvent::Deleted { .. } | RecordEvent::AliasAdded { .. } => &[],
    };
    links.iter().flat_map(|link| link.removed.iter().chain(&link.added)).copied()
}

fn links_of(tables: &Tables, table: TableId) -> Vec<FieldId> {
    let fields = tables.base().table(table).into_iter().flat_map(|table| &table.fields);
    fields
        .filter(|field| matches!(field.kind, FieldType::MultipleRecordLinks(_)))
        .map(|field| field.id)
        .collect()
}

/// Whether a change of the schema changes what records hold or show.
fn reaches_records(change: &SchemaChange) -> bool {
    use SchemaChange as C;
    match change {
        C::TableCreated { .. }
        | C::TableDescribed { .. }
        | C::TableScheduled { .. }
        | C::FieldDescribed { .. }
        | C::ChoiceAdded { .. }
        | C::ViewCreated { .. }
        | C::ViewDeleted { .. } => false,
        C::FieldCreated { field, .. } => field.kind.is_computed(),
        _ => true,
    }
}

/// Nothing that lasts reads the time, so it may be any.
pub const ANY_TIME: Timestamp = Timestamp::UNIX_EPOCH;
