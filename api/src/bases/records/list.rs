//! Lists of records, page by page. Without filter and order a page is read right from the table; otherwise the order is frozen with the
//! first page.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use domain::bases::errors::ApiError;
use domain::bases::formula::sql::Condition;
use domain::bases::formula::{Context, Formula};
use domain::bases::ids::{FieldId, IteratorId, Mint, RecordId, TableId};
use domain::bases::schema::{FieldType, Table};
pub use domain::bases::table::list::Offset;
use domain::bases::table::list::{Listing, Mirrored, Query};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use projections::bases::records::{Between, NAMES, Schema, ShownRow, Wanted, Window};
use serde_json::value::RawValue;
use uuid::Uuid;

use super::frozen::Key;
use super::read::{phrased, some, whole};
use super::said::Phrasing;
use super::{Form, Place, RecordsFault, table_called};
use crate::Api;

/// Of the letters of an iterator: what all begin with, and how many may be a number.
const PREFIX: usize = 3;
const DIGITS: usize = 10;

/// A page, and where the next one begins.
#[derive(Debug)]
pub struct Listed {
    pub records: Vec<Box<RawValue>>,
    pub offset: Option<Offset>,
}

/// A page of a table; from an offset on, or the first one.
pub async fn list(
    api: &Api,
    place: Place<'_>,
    table: &str,
    query: &Query,
    offset: Option<&str>,
    form: &Form,
) -> Result<Listed, RecordsFault> {
    if let Some(schema) = place.remembered(api) {
        match list_by(api, place, &schema, table, query, offset, form).await {
            // By what may be old.
            Err(RecordsFault::Refused(_)) => {}
            listed => return listed,
        }
    }
    let schema = api.records.schema(place.tenant, place.base).await?;
    let schema = schema.ok_or(ApiError::PermissionsOrModelNotFound)?;
    list_by(api, place, &schema, table, query, offset, form).await
}

async fn list_by(
    api: &Api,
    place: Place<'_>,
    schema: &Arc<Schema>,
    table: &str,
    query: &Query,
    offset: Option<&str>,
    form: &Form,
) -> Result<Listed, RecordsFault> {
    let table = table_called(schema.base(), table)?;
    let of_table = schema.base().table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
    let asked = Asked::of(schema, of_table, query)?;
    let offset = offset.filter(|text| !text.is_empty()).map(Offset::parse).transpose()?;
    let listing = Asking { api, place, schema, table: of_table, query, form };
    match asked.is_plain() {
        true => listing.plain(offset).await,
        false => listing.frozen(&asked, offset).await,
    }
}

/// What is asked of a list, understood.
struct Asked<'s> {
    of_view: Option<&'s Formula>,
    filter: Option<Formula>,
    sorted_by: Vec<FieldId>,
}

impl<'s> Asked<'s> {
    fn of(schema: &'s Schema, table: &'s Table, query: &Query) -> Result<Self, ApiError> {
        query.page_size()?;
        query.max_records()?;
        let view = query.view(table)?;
        let of_view = view.and_then(|view| schema.tables.computed().filter(view.id));
        let filter = query.filter(table)?;
        let sorted_by = query.order(table, view)?.into_iter().map(|(field, _)| field.id).collect();
        Ok(Self { of_view, filter, sorted_by })
    }

    fn is_plain(&self) -> bool {
        self.of_view.is_none() && self.filter.is_none() && self.sorted_by.is_empty()
    }

    /// No more of each record than what decides, as long as that is kept in its cells.
    fn wanted<'r>(&self, schema: &Schema, read: &'r [FieldId]) -> Wanted<'r> {
        let computed = schema.tables.computed();
        let of_cell = |field: &FieldId| {
            schema.base().field(*field).is_some_and(|(_, field)| is_of_its_cell(&field.kind))
        };
        if read.iter().any(|field| computed.is_volatile(*field) || !of_cell(field)) {
            return Wanted::All;
        }
        let mut formulas = self.of_view.into_iter().chain(&self.filter);
        Wanted::Only { fields: read, edits: formulas.any(|formula| formula.dependencies().changes) }
    }

    /// The fields that decide which records are listed, and in which order.
    fn read(&self) -> Vec<FieldId> {
        let formulas = self.of_view.into_iter().chain(&self.filter);
        let read = formulas.flat_map(|formula| formula.dependencies().fields);
        let read: BTreeSet<_> = read.filter_map(|id| FieldId::parse(&id).ok()).collect();
        read.into_iter().chain(self.sorted_by.iter().copied()).collect()
    }
}

/// Others are read from links, or from when something was edited.
fn is_of_its_cell(kind: &FieldType) -> bool {
    use FieldType as F;
    !matches!(kind, F::Count(_) | F::LastModifiedTime(_) | F::LastModifiedBy)
}

struct Asking<'a> {
    api: &'a Api,
    place: Place<'a>,
    schema: &'a Arc<Schema>,
    table: &'a Table,
    query: &'a Query,
    form: &'a Form,
}

impl Asking<'_> {
    /// In the order the records were made in: where a page begins is told by a record, where the list ends by its iterator.
    async fn plain(&self, offset: Option<Offset>) -> Result<Listed, RecordsFault> {
        let (Place { tenant, base, .. }, records) = (self.place, &self.api.records);
        let (size, max) = (self.query.page_size()?, self.query.max_records()?);
        let after = match &offset {
            None => 0,
            Some(offset) => {
                let number = records.number_of(tenant, base, self.table.id, offset.record).await?;
                number.ok_or(ApiError::IteratorNotAvailable)?.saturating_sub(1)
            }
        };
        let passed = match max {
            usize::MAX => 0,
            _ => records.count_until(tenant, base, self.table.id, after).await?,
        };
        let left = max.saturating_sub(passed);
        let up_to = offset.as_ref().map_or(Ok(u64::MAX), |offset| last_of(offset.iterator))?;
        let between = Between { after, up_to };
        let mut rows = records.page(tenant, base, self.table.id, between, size.min(left) + 1).await?;
        let next = rows.get(size.min(left)).filter(|_| left > size).map(|row| row.id);
        rows.truncate(size.min(left));
        let iterator = match (&next, offset) {
            (Some(_), None) => iterator_up_to(records.last_number(tenant, base, self.table.id).await?),
            (_, offset) => offset.map_or_else(new_iterator, |offset| offset.iterator),
        };
        let next = next.map(|record| Offset { iterator, record });
        self.say(rows, next).await
    }

    async fn say(&self, rows: Vec<ShownRow>, offset: Option<Offset>) -> Result<Listed, RecordsFault> {
        let records = match Phrasing::of(self.schema, self.table, self.form)? {
            Some(phrasing) => {
                let said = phrased(self.api, self.place, self.form, &phrasing, rows.iter())?;
                whole(self.api, self.place, said, self.form).await?
            }
            None => {
                let ids: Vec<_> = rows.iter().map(|row| row.id).collect();
                some(self.api, self.place, self.table.id, &ids, self.form).await?
            }
        };
        Ok(Listed { records, offset })
    }

    async fn frozen(&self, asked: &Asked<'_>, offset: Option<Offset>) -> Result<Listed, RecordsFault> {
        if offset.is_none()
            && let Some(rows) = self.few(asked).await?
        {
            return self.say(rows, None).await;
        }
        let iterator = offset.as_ref().map_or_else(new_iterator, |offset| offset.iterator);
        let Place { tenant, base, .. } = self.place;
        let key = Key { iterator, of: format!("{tenant}.{base}.{}", self.table.id) };
        let known = offset.as_ref().and_then(|_| self.api.frozen.get(&key));
        let (order, is_new) = match known {
            Some(order) => (order, false),
            None => (Arc::new(self.freeze(asked).await?), true),
        };
        let start = match &offset {
            None => 0,
            Some(offset) => {
                let place = order.iter().position(|record| *record == offset.record);
                place.ok_or(ApiError::IteratorNotAvailable)?
            }
        };
        let (rows, next) = self.rows(order.get(start..).unwrap_or_default()).await?;
        if is_new && next.is_some() {
            self.api.frozen.put(key, order);
        }
        self.say(rows, next.map(|record| Offset { iterator, record })).await
    }

    /// The first page of a list of records, of which some may have been deleted, and which record comes after it.
    async fn rows(&self, mut left: &[RecordId]) -> Result<(Vec<ShownRow>, Option<RecordId>), RecordsFault> {
        let (Place { tenant, base, .. }, size) = (self.place, self.query.page_size()?);
        let mut rows = Vec::with_capacity(size + 1);
        while !left.is_empty() && rows.len() <= size {
            let (some, rest) = left.split_at(left.len().min(size + 1 - rows.len()));
            left = rest;
            let found = self.api.records.shown(tenant, base, self.table.id, some).await?;
            let mut found: HashMap<RecordId, ShownRow> = found.into_iter().map(|row| (row.id, row)).collect();
            rows.extend(some.iter().filter_map(|id| found.remove(id)));
        }
        let next = rows.get(size).map(|row| row.id);
        rows.truncate(size);
        Ok((rows, next))
    }

    /// All that is listed, where an index finds no more than a page of it: read once, to decide and to say it.
    async fn few(&self, asked: &Asked<'_>) -> Result<Option<Vec<ShownRow>>, RecordsFault> {
        let at = Timestamp::now();
        let condition = self.condition(asked, at).filter(|condition| condition.is_indexed);
        let Some(condition) = condition else { return Ok(None) };
        let mut window = self.window();
        let found = window.fetch_few(self.table.id, &condition, self.query.page_size()?).await?;
        let Some(found) = found else { return Ok(None) };
        let mut found: HashMap<_, _> = found.into_iter().map(|row| (row.id, row)).collect();
        let selected: Vec<_> = found.keys().copied().collect();
        window.complete(&selected, &self.read(asked)).await?;
        let order = freeze(&window.tables, self.table.id, self.query, at)?;
        Ok(Some(order.iter().filter_map(|record| found.remove(record)).collect()))
    }

    /// The records that the view and the filter let through, in the order that is asked for.
    async fn freeze(&self, asked: &Asked<'_>) -> Result<Vec<RecordId>, RecordsFault> {
        let (at, mut window, read) = (Timestamp::now(), self.window(), self.read(asked));
        let (condition, wanted) = (self.condition(asked, at), asked.wanted(self.schema, &read));
        let selected = window.fetch_selected(self.table.id, condition.as_ref(), wanted).await?;
        window.complete(&selected, &read).await?;
        // Of this table there may be more at hand by now, to which others link.
        let selected: BTreeSet<_> = selected.into_iter().collect();
        let frozen = tokio::task::block_in_place(|| freeze(&window.tables, self.table.id, self.query, at))?;
        Ok(frozen.into_iter().filter(|record| selected.contains(record)).collect())
    }

    fn window(&self) -> Window<'_> {
        self.api.records.window_at(self.place.tenant, self.place.base, Arc::clone(self.schema))
    }

    /// What the database can tell of the filter.
    fn condition(&self, asked: &Asked<'_>, at: Timestamp) -> Option<Condition> {
        let zone = self.query.zone.clone().unwrap_or(TimeZone::UTC);
        asked.filter.as_ref()?.narrowed(&Mirrored::of(self.table), &NAMES, &Context::new(at, zone))
    }

    /// What decides, and what records of this table are called, where they link to each other.
    fn read(&self, asked: &Asked<'_>) -> Vec<FieldId> {
        let mut read = asked.read();
        read.push(self.table.primary_field_id);
        read
    }
}

fn freeze(
    tables: &domain::bases::table::Tables,
    table: TableId,
    query: &Query,
    at: Timestamp,
) -> Result<Vec<RecordId>, ApiError> {
    let listing = Listing::freeze(&tables.at(at), table, query)?;
    Ok(listing.records().to_vec())
}

fn new_iterator() -> IteratorId {
    Mint::new(Uuid::new_v4()).make()
}

/// What is made after the first page was read is on no page, and nothing is kept of such a list: its iterator says what was the last
/// record then.
fn iterator_up_to(last: u64) -> IteratorId {
    let random = new_iterator();
    let tail = random.as_str().get(PREFIX + DIGITS..).unwrap_or_default();
    IteratorId::parse(&format!("itr{last:0DIGITS$}{tail}")).unwrap_or(random)
}

fn last_of(iterator: IteratorId) -> Result<u64, ApiError> {
    let digits = iterator.as_str().get(PREFIX..PREFIX + DIGITS);
    digits.and_then(|digits| digits.parse().ok()).ok_or(ApiError::IteratorNotAvailable)
}
