//! What a row of a read model has of each field, as conditions over rows need to know it.

use crate::bases::formula::sql::{Column, Columns};
use crate::bases::id_map::IdMap;
use crate::bases::ids::{ChoiceId, FieldId};
use crate::bases::schema::{FieldType, Table};

pub struct Mirrored<'t> {
    table: &'t Table,
    choices: IdMap<FieldId, Vec<(ChoiceId, String)>>,
}

impl<'t> Mirrored<'t> {
    pub fn of(table: &'t Table) -> Self {
        let selects = table.fields.iter().filter_map(|field| match &field.kind {
            FieldType::SingleSelect(options) => {
                let choices = options.choices.iter().map(|choice| (choice.id, choice.name.clone()));
                Some((field.id, choices.collect()))
            }
            _ => None,
        });
        Self { table, choices: selects.collect() }
    }
}

impl Columns for Mirrored<'_> {
    fn column(&self, field: &str) -> Column<'_> {
        use FieldType as F;
        let found = FieldId::parse(field).ok().and_then(|id| self.table.field(id));
        let Some(field) = found else { return Column::Other };
        match &field.kind {
            F::SingleLineText | F::Email | F::Url | F::PhoneNumber | F::MultilineText | F::RichText => {
                Column::Text
            }
            F::Number(_) | F::Percent(_) | F::Currency(_) | F::Duration(_) | F::Rating(_) => Column::Number,
            F::Checkbox(_) => Column::Checkbox,
            F::Date(_) => Column::Day,
            F::DateTime(_) => Column::Moment,
            F::SingleSelect(_) => {
                self.choices.get(&field.id).map_or(Column::Other, |choices| Column::Choice(choices))
            }
            _ => Column::Other,
        }
    }
}
