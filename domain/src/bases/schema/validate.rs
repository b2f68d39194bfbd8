//! What holds in every base: names are unique, options are in their ranges, links point at each other.

use super::names::first_unusable;
use super::{Base, Field, FieldType, LinkOptions, Table};
use crate::bases::errors::ApiError;

pub const DESCRIPTION_LENGTH_MAX: usize = 20_000;
const PRECISION_MAX: u8 = 8;
const CURRENCY_PRECISION_MAX: u8 = 7;
const RATING_MAX: u8 = 10;

/// Which fields can be the name of a record. Unsettled: Airtable documents no list; this is what its editor offers.
pub fn may_be_primary(kind: &FieldType) -> bool {
    use FieldType as F;
    matches!(
        kind,
        F::SingleLineText
            | F::Email
            | F::Url
            | F::PhoneNumber
            | F::MultilineText
            | F::RichText
            | F::Number(_)
            | F::Percent(_)
            | F::Currency(_)
            | F::Duration(_)
            | F::Date(_)
            | F::DateTime(_)
            | F::Barcode
            | F::Formula(_)
            | F::AutoNumber
            | F::Unknown { .. }
    )
}

impl Base {
    pub fn validate(&self) -> Result<(), ApiError> {
        if let Some(name) = first_unusable(self.tables.iter().map(|table| table.name.as_str())) {
            return Err(ApiError::DuplicateTableName(name.into()));
        }
        for table in &self.tables {
            table.validate()?;
            for field in &table.fields {
                self.validate_link(table, field)?;
            }
        }
        Ok(())
    }

    /// A link names a table of the base, and its inverse names it back.
    fn validate_link(&self, table: &Table, field: &Field) -> Result<(), ApiError> {
        let FieldType::MultipleRecordLinks(options) = &field.kind else { return Ok(()) };
        let refused = || ApiError::InvalidFieldOptions { field: field.name.clone() };
        let linked = self.table(options.linked_table_id).ok_or_else(refused)?;
        let Some(inverse) = options.inverse_link_field_id else { return Ok(()) };
        let points_back = |back: &LinkOptions| {
            back.linked_table_id == table.id && back.inverse_link_field_id == Some(field.id)
        };
        match linked.field(inverse).map(|inverse| &inverse.kind) {
            Some(FieldType::MultipleRecordLinks(back)) if points_back(back) => Ok(()),
            _ => Err(refused()),
        }
    }
}

impl Table {
    fn validate(&self) -> Result<(), ApiError> {
        if let Some(name) = first_unusable(self.fields.iter().map(|field| field.name.as_str())) {
            return Err(ApiError::DuplicateOrEmptyFieldName(name.into()));
        }
        let views_differ = first_unusable(self.views.iter().map(|view| view.name.as_str())).is_none();
        let fits = |text: &String| text.chars().count() <= DESCRIPTION_LENGTH_MAX;
        let mut descriptions = self.fields.iter().map(|field| &field.description).chain([&self.description]);
        let described = descriptions.all(|description| description.as_ref().is_none_or(fits));
        let named = self.primary_field().is_some_and(|field| may_be_primary(&field.kind));
        if !(views_differ && described && named) {
            return Err(ApiError::InvalidRequest);
        }
        self.fields.iter().try_for_each(Field::validate)
    }
}

impl Field {
    /// Whether the options are in their ranges.
    pub fn validate(&self) -> Result<(), ApiError> {
        use FieldType as F;
        let in_range = match &self.kind {
            F::Number(options) | F::Percent(options) => options.precision <= PRECISION_MAX,
            F::Currency(options) => options.precision <= CURRENCY_PRECISION_MAX,
            F::Rating(options) => (1..=RATING_MAX).contains(&options.max),
            F::SingleSelect(options) | F::MultipleSelects(options) => {
                let mut taken = std::collections::BTreeSet::new();
                options.choices.iter().all(|choice| !choice.name.is_empty() && taken.insert(&choice.name))
            }
            _ => true,
        };
        if in_range { Ok(()) } else { Err(ApiError::InvalidFieldOptions { field: self.name.clone() }) }
    }
}
