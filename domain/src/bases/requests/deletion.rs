//! The ids of records that one request deletes. They come in the address, as a list.

use super::Query;
use crate::bases::errors::ApiError;

/// `records=` without brackets is no list.
pub fn records_to_delete(query: &Query) -> Result<Vec<&str>, ApiError> {
    let ids = query.list("records");
    if ids.is_empty() || !query.is_bracketed("records") { Err(ApiError::TooManyDeletes) } else { Ok(ids) }
}
