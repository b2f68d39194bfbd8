//! What a caller asks of a list.

use std::collections::BTreeSet;

use jiff::tz::TimeZone;

use crate::bases::errors::ApiError;
use crate::bases::formula::Formula;
use crate::bases::schema::{Field, Table, View};
use crate::bases::table::Direction;

/// Records of a page, unless fewer are asked for.
pub const PAGE_SIZE_MAX: usize = 100;

/// As it came, with the caller's spelling of names.
#[derive(Debug, Clone, Default)]
pub struct Query {
    pub page_size: Option<usize>,
    /// Over all pages.
    pub max_records: Option<usize>,
    pub view: Option<String>,
    pub sort: Vec<(String, Direction)>,
    /// A formula that records must meet.
    pub filter: Option<String>,
    /// In which the filter tells days and hours, where it does not say it; otherwise UTC.
    pub zone: Option<TimeZone>,
}

/// What the records are ordered by.
pub type Order<'a> = Vec<(&'a Field, Direction)>;

impl Query {
    /// Unsettled: what is said of sizes out of range, and that no record at all cannot be asked for.
    pub fn page_size(&self) -> Result<usize, ApiError> {
        let size = self.page_size.unwrap_or(PAGE_SIZE_MAX);
        if (1..=PAGE_SIZE_MAX).contains(&size) { Ok(size) } else { Err(ApiError::InvalidRequest) }
    }

    pub fn max_records(&self) -> Result<usize, ApiError> {
        match self.max_records {
            Some(0) => Err(ApiError::InvalidRequest),
            given => Ok(given.unwrap_or(usize::MAX)),
        }
    }

    /// Unsettled: an empty one is taken as none.
    pub fn view<'a>(&self, table: &'a Table) -> Result<Option<&'a View>, ApiError> {
        let named = self.view.as_deref().filter(|view| !view.is_empty());
        named.map(|view| table.view_called(view)).transpose()
    }

    /// What is asked for wins over the order of the view. A field that comes again makes no difference any more.
    pub fn order<'a>(&self, table: &'a Table, view: Option<&View>) -> Result<Order<'a>, ApiError> {
        if self.sort.is_empty() {
            let by = view.map(|view| view.sort.as_slice()).unwrap_or_default();
            return Ok(by.iter().filter_map(|by| Some((table.field(by.field)?, by.direction))).collect());
        }
        let mut seen = BTreeSet::new();
        let mut order = Order::new();
        for (called, direction) in &self.sort {
            let field = table.field_called(called)?;
            if seen.insert(field.id) {
                order.push((field, *direction));
            }
        }
        Ok(order)
    }

    pub fn filter(&self, table: &Table) -> Result<Option<Formula>, ApiError> {
        let given = self.filter.as_deref().filter(|text| !text.trim().is_empty());
        given.map(|text| table.read_filter(text)).transpose()
    }
}
