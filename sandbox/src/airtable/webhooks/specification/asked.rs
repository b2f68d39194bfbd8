//! What a specification lets through.

use domain::bases::ids::{FieldId, TableId, ViewId};

use super::{ChangeType, DataType, Included, Scope, Specification};
use crate::airtable::webhooks::{Origin, Source};

/// What a filter is asked about: data or schema, and made, changed or gone.
pub type Topic = (DataType, ChangeType);

impl Specification {
    pub fn hears_of(&self, origin: &Origin) -> bool {
        let heard = self.sources.as_ref().is_none_or(|sources| sources.contains(&origin.source));
        let of_its_form = match origin.source {
            Source::FormSubmission => self.form.is_none_or(|form| origin.view == Some(form)),
            Source::FormPageSubmission => self.page.is_none() || origin.page == self.page,
            _ => true,
        };
        heard && of_its_form
    }

    pub fn asks(&self, (data, change): Topic) -> bool {
        self.data_types.contains(&data) && self.asks_for_change(change)
    }

    /// Whether it is told of records.
    pub fn asks_for_data(&self) -> bool {
        self.data_types.contains(&DataType::Data)
    }

    pub fn asks_for_change(&self, change: ChangeType) -> bool {
        self.change_types.as_ref().is_none_or(|types| types.contains(&change))
    }

    pub fn scope(&self) -> Scope {
        self.scope
    }

    pub fn covers(&self, table: TableId) -> bool {
        match self.scope {
            Scope::Base => true,
            Scope::Table(only) | Scope::View { table: only, .. } => only == table,
        }
    }

    pub fn watches_data_in(&self, field: FieldId) -> bool {
        self.watched_data.as_ref().is_none_or(|fields| fields.contains_key(&field))
    }

    /// Whether records that come and go are told. Unsettled: where fields are watched, those of their tables are.
    pub fn watches_records_of(&self, table: TableId) -> bool {
        self.watched_data.as_ref().is_none_or(|fields| fields.values().any(|owner| *owner == table))
    }

    /// Unsettled: who watches some fields does not hear of new ones.
    pub fn watches_schema_of(&self, field: FieldId) -> bool {
        self.watched_schemas.as_ref().is_none_or(|fields| fields.contains(&field))
    }

    pub fn includes(&self, field: FieldId) -> bool {
        match &self.included {
            Included::All => true,
            Included::Fields(fields) => fields.contains(&field),
        }
    }

    /// Whether it cannot be without a field. Included cells are no reason.
    pub fn needs_field(&self, field: FieldId) -> bool {
        let watched = self.watched_data.as_ref().is_some_and(|fields| fields.contains_key(&field));
        watched || self.watched_schemas.as_ref().is_some_and(|fields| fields.contains(&field))
    }

    /// Whether it cannot be without a view: its scope, or the form it hears of.
    pub fn needs_view(&self, view: ViewId) -> bool {
        let scoped = matches!(self.scope, Scope::View { view: only, .. } if only == view);
        scoped || self.form == Some(view)
    }

    pub fn needs_table(&self, table: TableId) -> bool {
        matches!(self.scope, Scope::Table(only) | Scope::View { table: only, .. } if only == table)
    }
}
