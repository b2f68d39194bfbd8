//! Making tables and fields. A field that links brings its inverse along.

use super::{FieldDraft, SchemaChange, TableDraft};
use crate::bases::errors::ApiError;
use crate::bases::ids::{Mint, TableId};
use crate::bases::schema::names::same_name;
use crate::bases::schema::{Base, Field, FieldType, LinkOptions, Table, View, ViewType};

/// The view that every table begins with.
const FIRST_VIEW: &str = "Grid view";

impl Base {
    pub fn plan_table(&self, draft: TableDraft, mint: &mut Mint) -> Result<Vec<SchemaChange>, ApiError> {
        let mut fields = Vec::with_capacity(draft.fields.len());
        for field in draft.fields {
            fields.push(field.into_field(mint)?);
        }
        let primary_field_id = fields.first().ok_or(ApiError::InvalidRequest)?.id;
        let views = vec![View {
            id: mint.make(),
            name: FIRST_VIEW.into(),
            kind: ViewType::Grid,
            visible_field_ids: None,
            personal_for_user_id: None,
            filter: None,
            sort: Vec::new(),
        }];
        let (name, description) = (draft.name, draft.description);
        let date_dependency_settings = None;
        let id = mint.make();
        let mut table =
            Table { id, name, description, primary_field_id, fields, views, date_dependency_settings };
        let inverses = self.inverses(&mut table, mint)?;
        self.sound([vec![SchemaChange::TableCreated { table }], inverses].concat())
    }

    pub fn plan_field(
        &self,
        table: TableId,
        draft: FieldDraft,
        mint: &mut Mint,
    ) -> Result<Vec<SchemaChange>, ApiError> {
        let owner = self.table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
        let mut field = draft.into_field(mint)?;
        // The inverse must not take the name of the field itself, where a table links to itself.
        let taken = [field.name.clone()];
        let inverse = self.inverse(owner, &taken, &mut field, mint)?;
        let created = SchemaChange::FieldCreated { table, field };
        self.sound([Some(created), inverse].into_iter().flatten().collect())
    }

    fn inverses(&self, table: &mut Table, mint: &mut Mint) -> Result<Vec<SchemaChange>, ApiError> {
        let owner = table.clone();
        let mut taken = Vec::new();
        let mut changes = Vec::new();
        for field in &mut table.fields {
            if let Some(SchemaChange::FieldCreated { table, field }) =
                self.inverse(&owner, &taken, field, mint)?
            {
                taken.push(field.name.clone());
                changes.push(SchemaChange::FieldCreated { table, field });
            }
        }
        Ok(changes)
    }

    /// The inverse of a field that links, which learns of it.
    pub(super) fn inverse(
        &self,
        owner: &Table,
        taken: &[String],
        field: &mut Field,
        mint: &mut Mint,
    ) -> Result<Option<SchemaChange>, ApiError> {
        let refused = ApiError::InvalidFieldOptions { field: field.name.clone() };
        let FieldType::MultipleRecordLinks(options) = &mut field.kind else { return Ok(None) };
        let linked = self.table(options.linked_table_id).ok_or(refused)?;
        let inverse = Field {
            id: mint.make(),
            name: free_name(linked, taken, &owner.name),
            description: None,
            kind: FieldType::MultipleRecordLinks(LinkOptions {
                linked_table_id: owner.id,
                is_reversed: false,
                prefers_single_record_link: false,
                inverse_link_field_id: Some(field.id),
                view_id_for_record_selection: None,
            }),
        };
        options.inverse_link_field_id = Some(inverse.id);
        Ok(Some(SchemaChange::FieldCreated { table: linked.id, field: inverse }))
    }
}

/// The inverse is called like the table it leads to; `Clients 2` where that is taken. Unsettled: the number.
fn free_name(table: &Table, taken: &[String], wanted: &str) -> String {
    let names = || table.fields.iter().map(|field| &field.name).chain(taken);
    let is_free = |name: &String| !names().any(|other| same_name(other, name));
    let numbered = (2..).map(|number| format!("{wanted} {number}"));
    std::iter::once(wanted.to_owned()).chain(numbered).find(is_free).unwrap_or_default()
}
