//! A table to narrow formulas over.

use crate::bases::formula::sql::{Column, Columns, Condition, Names, Parameter};
use crate::bases::formula::{Context, FieldNames, Formula};
use crate::bases::ids::ChoiceId;

pub const NAMES: Names =
    Names { cells: "cells", id: "id", created_at: "created", modified_at: "modified", first_parameter: 1 };

const FIELDS: [(&str, &str); 7] = [
    ("fldText0000000000", "Text"),
    ("fldNumber00000000", "Number"),
    ("fldDone0000000000", "Done"),
    ("fldDay00000000000", "Day"),
    ("fldMoment00000000", "Moment"),
    ("fldStatus00000000", "Status"),
    ("fldOther000000000", "Other"),
];

struct Table {
    choices: Vec<(ChoiceId, String)>,
}

impl Columns for Table {
    fn column(&self, field: &str) -> Column<'_> {
        match FIELDS.iter().find(|(id, _)| *id == field).map(|(_, name)| *name) {
            Some("Text") => Column::Text,
            Some("Number") => Column::Number,
            Some("Done") => Column::Checkbox,
            Some("Day") => Column::Day,
            Some("Moment") => Column::Moment,
            Some("Status") => Column::Choice(&self.choices),
            _ => Column::Other,
        }
    }
}

pub fn context() -> Context {
    Context::utc("2024-03-10T12:30:00Z".parse().unwrap())
}

pub fn narrowed_as(formula: &str, names: &Names) -> Option<Condition> {
    let formula = Formula::read(formula, &FieldNames::new(FIELDS)).unwrap();
    let choice = |id, name: &str| (ChoiceId::parse(id).unwrap(), name.to_owned());
    let choices = vec![choice("selTodo0000000000", "Todo"), choice("selDone0000000000", "Done")];
    formula.narrowed(&Table { choices }, names, &context())
}

pub fn narrowed(formula: &str) -> Option<Condition> {
    narrowed_as(formula, &NAMES)
}

/// With its parameters in their places, and short names of fields.
pub fn sql(formula: &str) -> String {
    let Some(condition) = narrowed(formula) else { return "anything".to_owned() };
    let mut text = condition.sql;
    for (index, parameter) in condition.parameters.iter().enumerate().rev() {
        let shown = match parameter {
            Parameter::Text(text) => format!("'{text}'"),
            Parameter::Texts(texts) => format!("{texts:?}"),
        };
        text = text.replace(&format!("${}", index + 1), &shown);
    }
    FIELDS.iter().fold(text, |text, (id, name)| text.replace(id, name)).replace("::text", "")
}
