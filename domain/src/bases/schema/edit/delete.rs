//! Deleting tables, fields and views, as people do in the client.

use super::SchemaChange;
use crate::bases::errors::ApiError;
use crate::bases::ids::{FieldId, TableId};
use crate::bases::schema::{Base, Field, FieldType, Table};

/// Whether a field goes when the field or the table goes that it shows the links of. Unsettled: some say that it
/// becomes a text of names.
const INVERSE_GOES_TOO: bool = true;

impl Base {
    /// The last table stays. Unsettled: what is said of it.
    pub fn plan_table_deletion(&self, called: &str) -> Result<Vec<SchemaChange>, ApiError> {
        let table = self.table_called(called)?;
        if self.tables.len() == 1 {
            return Err(ApiError::InvalidRequest);
        }
        let others = self.tables.iter().filter(|other| other.id != table.id);
        let links = others.flat_map(|other| other.fields.iter().map(move |field| (other, field)));
        let led_here = links.filter(|(_, field)| leads_to(field, table.id));
        let deleted = led_here.map(|(other, field)| deletion(other.id, field.id));
        self.sound(deleted.chain([SchemaChange::TableDeleted { table: table.id }]).collect())
    }

    /// The primary field stays.
    pub fn plan_field_deletion(&self, table: TableId, called: &str) -> Result<Vec<SchemaChange>, ApiError> {
        let table = self.table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
        let field = table.field_called(called)?;
        if field.id == table.primary_field_id {
            return Err(ApiError::InvalidRequest);
        }
        let deleted = deletion(table.id, field.id);
        self.sound(std::iter::once(deleted).chain(self.inverse_deletion(field)).collect())
    }

    pub fn plan_view_deletion(&self, table: TableId, called: &str) -> Result<Vec<SchemaChange>, ApiError> {
        let table = self.table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
        let view = table.view_called(called)?.id;
        Ok(vec![SchemaChange::ViewDeleted { table: table.id, view }])
    }

    /// What becomes of the inverse of a link that goes.
    pub(super) fn inverse_deletion(&self, field: &Field) -> Option<SchemaChange> {
        let FieldType::MultipleRecordLinks(options) = &field.kind else { return None };
        let inverse = options.inverse_link_field_id.filter(|_| INVERSE_GOES_TOO)?;
        self.table(options.linked_table_id)
            .filter(|table: &&Table| table.field(inverse).is_some())
            .map(|table| deletion(table.id, inverse))
    }
}

fn deletion(table: TableId, field: FieldId) -> SchemaChange {
    SchemaChange::FieldDeleted { table, field }
}

fn leads_to(field: &Field, table: TableId) -> bool {
    matches!(&field.kind, FieldType::MultipleRecordLinks(options) if options.linked_table_id == table)
}
