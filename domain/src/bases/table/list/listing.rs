//! A list as it was when its first page was asked for.

use super::{Offset, Query};
use crate::bases::errors::ApiError;
use crate::bases::ids::{IteratorId, RecordId, TableId};
use crate::bases::table::{Record, Tables, sort};

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
    /// The records that the filter lets through, in the order that is asked for.
    pub fn freeze(
        tables: &Tables,
        table: TableId,
        query: &Query,
        filter: impl Fn(&Record) -> bool,
    ) -> Result<Self, ApiError> {
        let schema = tables.base.table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
        let max = query.max_records()?;
        query.page_size()?;
        if let Some(view) = &query.view {
            schema.view_called(view)?;
        }
        let by = query.sort(schema)?;
        let records = tables.records(table).filter(|record| filter(record)).collect();
        let sorted = sort(tables, records, &by);
        Ok(Self { table, records: sorted.into_iter().take(max).map(|record| record.id).collect() })
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
