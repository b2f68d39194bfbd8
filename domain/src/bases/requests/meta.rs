//! What is asked about bases and their tables.

use serde::Deserialize;

use super::Body;
use crate::bases::errors::ApiError;
use crate::bases::ids::{BaseId, Mint, TableId};
use crate::bases::schema::{self, Renaming, SchemaChange, TableDraft};

/// A base to be made; workspaces are named in the words of whoever answers.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewBase<Workspace> {
    pub name: String,
    pub workspace_id: Workspace,
    pub tables: Vec<TableDraft>,
}

impl<Workspace> NewBase<Workspace> {
    /// Each table is planned on those before it.
    pub fn planned(self, id: BaseId, mint: &mut Mint) -> Result<schema::Base, ApiError> {
        let mut base = schema::Base { id, name: self.name, tables: Vec::new() };
        if base.name.trim().is_empty() || self.tables.is_empty() {
            return Err(ApiError::InvalidRequest);
        }
        for table in self.tables {
            let changes = base.plan_table(table, mint)?;
            changes.iter().for_each(|change| base.apply(change));
        }
        Ok(base)
    }
}

/// What a `PATCH` of a table comes to. What is not given stays; at least one thing is.
pub fn table_changes(
    base: &schema::Base,
    table: TableId,
    body: &Body,
) -> Result<Vec<SchemaChange>, ApiError> {
    let Some(settings) = body.object.get("dateDependencySettings") else {
        return base.plan_table_renaming(table.as_str(), body.read()?);
    };
    let mut changes = base.plan_schedule(table, settings)?;
    let renaming: Renaming = body.read()?;
    if renaming.name.is_some() || renaming.description.is_some() {
        changes.extend(base.plan_table_renaming(table.as_str(), renaming)?);
    }
    Ok(changes)
}
