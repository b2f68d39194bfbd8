//! `performUpsert` of a body: by which fields the records are to be found.

use serde_json::Value;

use super::Body;
use crate::bases::errors::ApiError;

/// Nothing where the body asks for no upsert.
pub fn merge_on(body: &Body) -> Result<Option<Vec<String>>, ApiError> {
    let Some(upsert) = body.get("performUpsert") else { return Ok(None) };
    let names = upsert.get("fieldsToMergeOn").and_then(Value::as_array).ok_or(ApiError::InvalidRequest)?;
    let name = |name: &Value| name.as_str().map(str::to_owned).ok_or(ApiError::InvalidRequest);
    names.iter().map(name).collect::<Result<_, _>>().map(Some)
}
