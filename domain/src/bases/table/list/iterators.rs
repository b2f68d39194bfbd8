//! The lists that are being walked. They are forgotten when nobody asks on.

use std::collections::BTreeMap;

use jiff::{SignedDuration, Timestamp};

use super::{Listing, Offset, Page};
use crate::bases::errors::ApiError;
use crate::bases::ids::IteratorId;
use crate::bases::table::Tables;

/// What is taken for Airtable's. Unsettled: it says only that lists end.
pub const IDLE_MAX: SignedDuration = SignedDuration::from_mins(10);

#[derive(Debug)]
pub struct Iterators {
    /// How long a list waits for its next page.
    pub idle_max: SignedDuration,
    lists: BTreeMap<IteratorId, (Listing, Timestamp)>,
}

impl Default for Iterators {
    fn default() -> Self {
        Self { idle_max: IDLE_MAX, lists: BTreeMap::new() }
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
            self.lists.insert(iterator, (listing, at));
        }
        Ok(page)
    }

    /// A page may be asked for again, as its answer may have been lost.
    pub fn go_on<'a>(
        &mut self,
        tables: &'a Tables,
        offset: &str,
        size: usize,
        at: Timestamp,
    ) -> Result<Page<'a>, ApiError> {
        let Offset { iterator, record } = Offset::parse(offset)?;
        self.forget_idle(at);
        let (listing, used) = self.lists.get_mut(&iterator).ok_or(ApiError::IteratorNotAvailable)?;
        *used = at;
        listing.page(tables, iterator, Some(record), size)
    }

    fn forget_idle(&mut self, at: Timestamp) {
        let idle_max = self.idle_max;
        self.lists.retain(|_, (_, used)| at.duration_since(*used) <= idle_max);
    }
}
