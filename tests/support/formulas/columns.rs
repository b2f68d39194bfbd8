//! What a mirror knows of the fields of its rows.

use domain::bases::formula::FieldNames;
use domain::bases::formula::sql::{Column, Columns};
use domain::bases::ids::ChoiceId;

use super::values;

pub const FIELDS: [(&str, &str); 10] = [
    ("fldText0000000000", "Text"),
    ("fldName0000000000", "Na}me"),
    ("fldNumber00000000", "Number"),
    ("fldAmount00000000", "Amount"),
    ("fldDone0000000000", "Done"),
    ("fldDay00000000000", "Day"),
    ("fldMoment00000000", "Moment"),
    ("fldStatus00000000", "Status"),
    ("fldKind0000000000", "Kind"),
    ("fldOther000000000", "Other"),
];

pub fn names_of_fields() -> FieldNames {
    FieldNames::new(FIELDS)
}

/// What the mirror knows of the fields.
pub struct Mirrored {
    choices: Vec<(ChoiceId, String)>,
}

impl Default for Mirrored {
    /// Choices are called as texts are.
    fn default() -> Self {
        let id = |number| ChoiceId::parse(&format!("sel{number:014}")).expect("an id");
        let named = values::TEXTS.iter().take(12).enumerate();
        Self { choices: named.map(|(number, name)| (id(number), (*name).to_owned())).collect() }
    }
}

impl Columns for Mirrored {
    fn column(&self, field: &str) -> Column<'_> {
        match FIELDS.iter().find(|(id, _)| *id == field).map(|(_, name)| *name) {
            Some("Text" | "Na}me") => Column::Text,
            Some("Number" | "Amount") => Column::Number,
            Some("Done") => Column::Checkbox,
            Some("Day") => Column::Day,
            Some("Moment") => Column::Moment,
            Some("Status" | "Kind") => Column::Choice(&self.choices),
            _ => Column::Other,
        }
    }
}
