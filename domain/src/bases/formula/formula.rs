//! A formula of a table.

use super::dependencies::Dependencies;
use super::evaluate::{Answer, Evaluation};
use super::fields::{AsWritten, Fields};
use super::format::format;
use super::limits::{FORMULA_BYTES_MAX, STORED_BYTES_MAX};
use super::parser::parse;
use super::problem::Problem;
use super::row::{Context, Row};
use super::tree::Expression;

#[derive(Debug, Clone, PartialEq)]
pub struct Formula {
    expression: Expression,
}

impl Formula {
    /// As people and programs write it: with names or ids.
    pub fn read(text: &str, fields: &dyn Fields) -> Result<Self, Problem> {
        Ok(Self { expression: parse(text, fields, FORMULA_BYTES_MAX)? })
    }

    /// As `stored` wrote it: with ids.
    pub fn restore(text: &str) -> Result<Self, Problem> {
        Ok(Self { expression: parse(text, &AsWritten, STORED_BYTES_MAX)? })
    }

    /// With ids, which stay as they are when fields are renamed.
    pub fn stored(&self) -> String {
        format(&self.expression, &str::to_owned)
    }

    /// With the names that fields have now. Ids stay where there is no name, or none that could be read back.
    pub fn shown(&self, fields: &dyn Fields) -> String {
        let name = |id: &str| match fields.name_of(id) {
            Some(name) if reads_back(&name, id, fields) => name.to_string(),
            _ => id.to_owned(),
        };
        format(&self.expression, &name)
    }

    /// Its value for a row. A fault is what Airtable shows as `#ERROR!`.
    pub fn value<'a>(&'a self, row: &'a dyn Row, context: &'a Context) -> Answer<'a> {
        Evaluation::new(row, context).value(&self.expression)
    }

    /// Whether a filter keeps a row. A fault keeps it out.
    pub fn keeps(&self, row: &dyn Row, context: &Context) -> bool {
        Evaluation::new(row, context).value(&self.expression).is_ok_and(|value| value.is_true())
    }

    pub fn dependencies(&self) -> Dependencies {
        Dependencies::of(&self.expression)
    }

    /// How deep its tree is: evaluating goes down as far.
    pub fn height(&self) -> usize {
        self.expression.height()
    }

    pub fn expression(&self) -> &Expression {
        &self.expression
    }
}

/// A backslash before the closing brace would be taken as its escape; a name may be had by two fields.
fn reads_back(name: &str, id: &str, fields: &dyn Fields) -> bool {
    !name.is_empty() && !name.ends_with('\\') && fields.id_of(name).as_deref() == Some(id)
}
