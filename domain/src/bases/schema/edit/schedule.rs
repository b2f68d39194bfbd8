//! How the days of a table hang on each other. Unsettled: which settings Airtable takes; they are kept as they come.

use serde_json::Value;

use super::SchemaChange;
use crate::bases::errors::ApiError;
use crate::bases::ids::TableId;
use crate::bases::schema::Base;

impl Base {
    /// Null takes them away.
    pub fn plan_schedule(&self, table: TableId, settings: &Value) -> Result<Vec<SchemaChange>, ApiError> {
        let date_dependency_settings = match settings {
            Value::Null => None,
            Value::Object(_) => Some(settings.clone()),
            _ => return Err(ApiError::InvalidRequest),
        };
        Ok(vec![SchemaChange::TableScheduled { table, date_dependency_settings }])
    }
}
