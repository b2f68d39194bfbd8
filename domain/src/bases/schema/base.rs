//! A base and its tables.

use serde::{Deserialize, Serialize};

use super::names::find;
use super::{Field, FieldType, LinkOptions, Table};
use crate::bases::errors::ApiError;
use crate::bases::ids::{BaseId, FieldId, TableId};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Base {
    pub id: BaseId,
    pub name: String,
    #[serde(default)]
    pub tables: Vec<Table>,
}

impl Base {
    pub fn table(&self, id: TableId) -> Option<&Table> {
        self.tables.iter().find(|table| table.id == id)
    }

    pub fn table_mut(&mut self, id: TableId) -> Option<&mut Table> {
        self.tables.iter_mut().find(|table| table.id == id)
    }

    /// The table that an id or a name in an address speaks of.
    pub fn table_called(&self, id_or_name: &str) -> Result<&Table, ApiError> {
        find(&self.tables, id_or_name, |table| table.id.as_str(), |table| &table.name)
            .ok_or(ApiError::PermissionsOrModelNotFound)
    }

    pub fn field(&self, id: FieldId) -> Option<(&Table, &Field)> {
        self.tables.iter().find_map(|table| Some((table, table.field(id)?)))
    }

    /// Links to a table which none of its fields shows.
    pub fn one_way_links_to(&self, table: TableId) -> impl Iterator<Item = FieldId> {
        let fields = self.tables.iter().flat_map(|table| &table.fields);
        let one_way = fields.filter(move |field| match &field.kind {
            FieldType::MultipleRecordLinks(link) => {
                link.linked_table_id == table && link.inverse_link_field_id.is_none()
            }
            _ => false,
        });
        one_way.map(|field| field.id)
    }

    /// The options of a field that links.
    pub fn link(&self, id: FieldId) -> Option<&LinkOptions> {
        match &self.field(id)?.1.kind {
            FieldType::MultipleRecordLinks(options) => Some(options),
            _ => None,
        }
    }
}
