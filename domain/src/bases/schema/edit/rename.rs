//! Other names and descriptions for tables and fields.

use serde::Deserialize;

use super::SchemaChange;
use crate::bases::errors::ApiError;
use crate::bases::ids::TableId;
use crate::bases::schema::Base;

/// What is not given stays.
#[derive(Debug, Clone, Default, Deserialize)]
pub struct Renaming {
    pub name: Option<String>,
    pub description: Option<String>,
}

impl Renaming {
    fn checked(self) -> Result<Self, ApiError> {
        let given = self.name.is_some() || self.description.is_some();
        if given { Ok(self) } else { Err(ApiError::InvalidRequest) }
    }
}

impl Base {
    pub fn plan_table_renaming(
        &self,
        called: &str,
        renaming: Renaming,
    ) -> Result<Vec<SchemaChange>, ApiError> {
        let table = self.table_called(called)?;
        let renaming = renaming.checked()?;
        self.sound(vec![SchemaChange::TableDescribed {
            table: table.id,
            name: renaming.name.unwrap_or_else(|| table.name.clone()),
            description: renaming.description.or_else(|| table.description.clone()),
        }])
    }

    pub fn plan_field_renaming(
        &self,
        table: TableId,
        called: &str,
        renaming: Renaming,
    ) -> Result<Vec<SchemaChange>, ApiError> {
        let field = self.table(table).ok_or(ApiError::PermissionsOrModelNotFound)?.field_called(called)?;
        let renaming = renaming.checked()?;
        self.sound(vec![SchemaChange::FieldDescribed {
            table,
            field: field.id,
            name: renaming.name.unwrap_or_else(|| field.name.clone()),
            description: renaming.description.or_else(|| field.description.clone()),
        }])
    }
}
