//! The records that formulas let through.

use jiff::tz::TimeZone;

use super::Reading;
use super::row::RecordRow;
use crate::bases::formula::{Context, Formula};
use crate::bases::ids::TableId;
use crate::bases::table::Record;

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
