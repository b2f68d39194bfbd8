//! A list as it was when its first page was asked for.

use jiff::tz::TimeZone;

use super::{Offset, Query};
use crate::bases::errors::ApiError;
use crate::bases::ids::{IteratorId, RecordId, TableId};
use crate::bases::table::{Reading, Record, Tables, sort};

#[derive(Debug, Clone, PartialEq)]
pub struct Listing {
    table: TableId,
    records: Vec<RecordId>,
}

/// Some records, and where the next ones begin, if there are any.
#[derive(Debug, PartialEq)]
pub struct Page<'a> {
    pub records: Vec<&'a Record>,
    pub offset: Option<Offset>,
}

impl Listing {
    /// The records that the view and the filter let through, in the order that is asked for.
    pub fn freeze(reading: &Reading<'_>, table: TableId, query: &Query) -> Result<Self, ApiError> {
        let tables = reading.tables();
        let schema = tables.base().table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
        let max = query.max_records()?;
        query.page_size()?;
        let view = query.view(schema)?;
        let by = query.order(schema, view)?;
        let asked = query.filter(schema)?;
        let of_view = view.and_then(|view| tables.computed().filter(view.id));
        let zone = query.zone.clone().unwrap_or(TimeZone::UTC);
        let kept = reading.kept(table, &[of_view, asked.as_ref()], zone);
        let sorted = sort(reading, kept, &by);
        Ok(Self { table, records: sorted.into_iter().take(max).map(|record| record.id).collect() })
    }

    /// All that were let through.
    pub fn records(&self) -> &[RecordId] {
        &self.records
    }

    pub fn table(&self) -> TableId {
        self.table
    }

    /// How many records were let through.
    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// The page that begins with a record, or the first one. Records that were deleted meanwhile are passed over.
    pub fn page<'a>(
        &self,
        tables: &'a Tables,
        iterator: IteratorId,
        from: Option<RecordId>,
        size: usize,
    ) -> Result<Page<'a>, ApiError> {
        let start = match from {
            None => Some(0),
            Some(from) => self.records.iter().position(|record| *record == from),
        };
        let left = self.records.get(start.ok_or(ApiError::IteratorNotAvailable)?..).unwrap_or_default();
        let mut there = left.iter().filter_map(|id| tables.record(self.table, *id));
        let records = there.by_ref().take(size).collect();
        let offset = there.next().map(|record| Offset { iterator, record: record.id });
        Ok(Page { records, offset })
    }
}
