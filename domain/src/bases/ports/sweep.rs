//! A whole list, page by page. Airtable may forget where a reader was; the list is then read from its beginning again, and
//! whoever collects the pages is told to let go of what they have.

use super::{Fault, FoundRecord, Page, Place, Query, Records};
use crate::bases::errors::ApiError;

/// How often one sweep begins again before its reader is told.
pub const RESTARTS_MAX: u32 = 5;

#[derive(Debug, Clone, PartialEq)]
pub enum Swept {
    Records(Vec<FoundRecord>),
    /// What came before this is void.
    Restarted,
}

#[derive(Debug, Clone)]
pub struct Sweep {
    place: Place,
    query: Query,
    next: Next,
    restarts_left: u32,
}

#[derive(Debug, Clone, PartialEq)]
enum Next {
    First,
    From(String),
    Nothing,
}

impl Sweep {
    pub fn new(place: Place, query: Query) -> Self {
        Self { place, query, next: Next::First, restarts_left: RESTARTS_MAX }
    }

    /// The next page, or nothing after the last one. After a fault the same page can be asked for again.
    pub async fn next(&mut self, records: &(impl Records + ?Sized)) -> Result<Option<Swept>, Fault> {
        let offset = match &self.next {
            Next::Nothing => return Ok(None),
            Next::First => None,
            Next::From(offset) => Some(offset.as_str()),
        };
        match records.page(self.place, &self.query, offset).await {
            Ok(page) => Ok(Some(self.take(page))),
            Err(fault) if self.may_restart(&fault) => Ok(Some(self.restart())),
            Err(fault) => Err(fault),
        }
    }

    fn take(&mut self, page: Page) -> Swept {
        self.next = page.offset.map_or(Next::Nothing, Next::From);
        Swept::Records(page.records)
    }

    fn may_restart(&self, fault: &Fault) -> bool {
        let is_forgotten = fault.refused_as() == Some(ApiError::IteratorNotAvailable.kind());
        is_forgotten && self.restarts_left > 0 && self.next != Next::First
    }

    fn restart(&mut self) -> Swept {
        self.next = Next::First;
        self.restarts_left -= 1;
        Swept::Restarted
    }
}
