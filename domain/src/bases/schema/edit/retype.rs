//! Other types, options and choices for fields, as people give them in the client.

use serde::Deserialize;
use serde_json::Value;

use super::{FieldDraft, SchemaChange};
use crate::bases::errors::ApiError;
use crate::bases::ids::{ChoiceId, FieldId, Mint, TableId};
use crate::bases::schema::{Base, Field, FieldType, Table};

/// The type and the options that a field is to have.
#[derive(Debug, Clone, Deserialize)]
pub struct KindDraft {
    #[serde(rename = "type")]
    pub kind: String,
    pub options: Option<Value>,
}

impl Base {
    /// A field that links no longer takes its inverse along, one that links from now on brings one.
    pub fn plan_field_retyping(
        &self,
        table: TableId,
        called: &str,
        draft: KindDraft,
        mint: &mut Mint,
    ) -> Result<Vec<SchemaChange>, ApiError> {
        let (owner, field) = self.field_of(table, called)?;
        let KindDraft { kind, options } = draft;
        let (name, description) = (field.name.clone(), field.description.clone());
        let drafted = FieldDraft { name, description, kind, options }.into_field(mint)?;
        let mut retyped = Field { id: field.id, ..drafted };
        keep_choices(field, &mut retyped);
        let links = |field: &Field| matches!(field.kind, FieldType::MultipleRecordLinks(_));
        if links(field) && links(&retyped) {
            // Where a link leads cannot be changed.
            return Err(ApiError::InvalidFieldOptions { field: field.name.clone() });
        }
        let left = self.inverse_deletion(field);
        let inverse = self.inverse(owner, &[], &mut retyped, mint)?;
        let changed = SchemaChange::FieldRetyped { table, field: field.id, kind: retyped.kind };
        self.sound([left, Some(changed), inverse].into_iter().flatten().collect())
    }

    pub fn plan_choice_renaming(
        &self,
        table: TableId,
        called: &str,
        choice: ChoiceId,
        name: &str,
    ) -> Result<Vec<SchemaChange>, ApiError> {
        let (table, field) = self.field_with_choice(table, called, choice)?;
        let name = name.to_owned();
        self.sound(vec![SchemaChange::ChoiceRenamed { table, field, choice, name }])
    }

    pub fn plan_choice_deletion(
        &self,
        table: TableId,
        called: &str,
        choice: ChoiceId,
    ) -> Result<Vec<SchemaChange>, ApiError> {
        let (table, field) = self.field_with_choice(table, called, choice)?;
        Ok(vec![SchemaChange::ChoiceDeleted { table, field, choice }])
    }

    fn field_of(&self, table: TableId, called: &str) -> Result<(&Table, &Field), ApiError> {
        let table = self.table(table).ok_or(ApiError::PermissionsOrModelNotFound)?;
        Ok((table, table.field_called(called)?))
    }

    fn field_with_choice(
        &self,
        table: TableId,
        called: &str,
        choice: ChoiceId,
    ) -> Result<(TableId, FieldId), ApiError> {
        let (table, field) = self.field_of(table, called)?;
        let known = field.choices().and_then(|options| options.choice(choice)).is_some();
        if known { Ok((table.id, field.id)) } else { Err(ApiError::InvalidRequest) }
    }
}

/// A choice that keeps its name keeps its id, from one select to another; one that is told none takes them all over.
fn keep_choices(before: &Field, after: &mut Field) {
    let same_type = std::mem::discriminant(&before.kind) == std::mem::discriminant(&after.kind);
    let (Some(old), Some(new)) = (before.choices(), after.choices_mut()) else { return };
    if new.choices.is_empty() && !same_type {
        new.choices.clone_from(&old.choices);
    }
    for choice in &mut new.choices {
        if let Some(known) = old.named(&choice.name) {
            choice.id = known.id;
        }
    }
}
