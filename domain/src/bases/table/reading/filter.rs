//! The records that formulas let through, and those that views show.

use jiff::tz::TimeZone;

use super::Reading;
use super::row::RecordRow;
use crate::bases::formula::{Context, Formula};
use crate::bases::ids::{TableId, ViewId};
use crate::bases::table::{Record, Tables};

impl<'t> Reading<'t> {
    /// In the order they were made in. A formula that fails for a record keeps it out.
    pub fn kept(&self, table: TableId, filters: &[Option<&Formula>], zone: TimeZone) -> Vec<&'t Record> {
        let context = Context::new(self.at(), zone);
        let filters: Vec<_> = filters.iter().flatten().collect();
        let keeps = |record: &&Record| {
            self.memory.begin();
            filters.iter().all(|filter| filter.keeps(&RecordRow { reading: self, record }, &context))
        };
        self.tables.records(table).filter(keeps).collect()
    }
}

impl Reading<'_> {
    /// Whether a view shows a record of its table; one without a filter shows all. Unsettled: that its formula tells days
    /// and hours in UTC.
    pub fn shows(&self, view: ViewId, record: &Record) -> bool {
        let Some(filter) = self.tables.computed().filter(view) else { return true };
        self.memory.begin();
        filter.keeps(&RecordRow { reading: self, record }, &self.context)
    }
}

impl Tables {
    /// Whether a view may keep records back.
    pub fn is_filtered(&self, view: ViewId) -> bool {
        self.computed().filter(view).is_some()
    }

    /// Whether a view may begin or cease to show a record that nobody touched, because one it links to was.
    pub fn is_filtered_by_others(&self, view: ViewId) -> bool {
        self.computed().filter_reads_others(self.base(), view)
    }
}
