//! The lists that are being walked. They are forgotten when nobody asks on.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Listing, Offset, Page};
use crate::bases::errors::ApiError;
use crate::bases::ids::{IteratorId, TableId};
use crate::bases::table::Tables;

/// What is taken for Airtable's. Unsettled: it says only that lists end.
pub const IDLE_MAX: SignedDuration = SignedDuration::from_mins(10);

/// Records in all lists together. Beyond it the lists are forgotten that nobody asked for the longest, and the one that was
/// begun just now never.
pub const RECORDS_KEPT_MAX: usize = 5_000_000;

#[derive(Debug)]
pub struct Iterators {
    /// How long a list waits for its next page.
    pub idle_max: SignedDuration,
    /// How many records all lists together may hold.
    pub records_max: usize,
    lists: BTreeMap<IteratorId, (Listing, Timestamp)>,
}

impl Default for Iterators {
    fn default() -> Self {
        Self { idle_max: IDLE_MAX, records_max: RECORDS_KEPT_MAX, lists: BTreeMap::new() }
    }
}

impl Iterators {
    /// The first page. Nothing is kept when it is the last one, too.
    pub fn begin<'a>(
        &mut self,
        tables: &'a Tables,
        listing: Listing,
        iterator: IteratorId,
        size: usize,
        at: Timestamp,
    ) -> Result<Page<'a>, ApiError> {
        self.forget_idle(at);
        let page = listing.page(tables, iterator, None, size)?;
        if page.offset.is_some() {
            self.make_room(listing.len());
            self.lists.insert(iterator, (listing, at));
        }
        Ok(page)
    }

    /// A page may be asked for again, as its answer may have been lost. A list of another table is none of this one.
    pub fn go_on<'a>(
        &mut self,
        tables: &'a Tables,
        table: TableId,
        offset: &str,
        size: usize,
        at: Timestamp,
    ) -> Result<Page<'a>, ApiError> {
        let Offset { iterator, record } = Offset::parse(offset)?;
        self.forget_idle(at);
        let found = self.lists.get_mut(&iterator).filter(|(listing, _)| listing.table() == table);
        let (listing, used) = found.ok_or(ApiError::IteratorNotAvailable)?;
        *used = at;
        listing.page(tables, iterator, Some(record), size)
    }

    fn make_room(&mut self, records: usize) {
        let mut kept = records + self.lists.values().map(|(listing, _)| listing.len()).sum::<usize>();
        while kept > self.records_max {
            let Some((oldest, _)) = self.lists.iter().min_by_key(|(_, (_, used))| *used) else { return };
            let oldest = *oldest;
            kept -= self.lists.remove(&oldest).map_or(0, |(listing, _)| listing.len());
        }
    }

    fn forget_idle(&mut self, at: Timestamp) {
        let idle_max = self.idle_max;
        self.lists.retain(|_, (_, used)| at.duration_since(*used) <= idle_max);
    }
}
