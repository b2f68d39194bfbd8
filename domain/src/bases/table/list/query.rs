//! What a caller asks of a list.

use crate::bases::errors::ApiError;
use crate::bases::schema::{Field, Table};
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
}

impl Query {
    /// Unsettled: what is said of sizes out of range, and that no record at all cannot be asked for.
    pub fn page_size(&self) -> Result<usize, ApiError> {
        let size = self.page_size.unwrap_or(PAGE_SIZE_MAX);
        if (1..=PAGE_SIZE_MAX).contains(&size) { Ok(size) } else { Err(ApiError::InvalidRequest) }
    }

    pub(super) fn max_records(&self) -> Result<usize, ApiError> {
        match self.max_records {
            Some(0) => Err(ApiError::InvalidRequest),
            given => Ok(given.unwrap_or(usize::MAX)),
        }
    }

    pub(super) fn sort<'a>(&self, table: &'a Table) -> Result<Vec<(&'a Field, Direction)>, ApiError> {
        self.sort.iter().map(|(called, direction)| Ok((table.field_called(called)?, *direction))).collect()
    }
}
