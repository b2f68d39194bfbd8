//! What terms are made of in SQL: the parts of a row, and parameters.

use serde_json::{Value, json};

use super::condition::{Names, Parameter};
use super::term::{Form, Place, Reading};
use crate::bases::ids::FieldId;

pub struct Pieces<'a> {
    names: &'a Names,
    pub parameters: Vec<Parameter>,
}

impl<'a> Pieces<'a> {
    pub fn new(names: &'a Names) -> Self {
        Self { names, parameters: Vec::new() }
    }

    pub fn value(&self, place: Place) -> String {
        match place {
            Place::Cell(field) => format!("({} ->> '{field}')", self.names.cells),
            Place::RecordId => self.names.id.to_owned(),
            Place::Created => self.names.created_at.to_owned(),
            Place::Modified => self.names.modified_at.to_owned(),
        }
    }

    /// As JSON, where it has a type.
    pub fn json(&self, field: FieldId) -> String {
        format!("{} -> '{field}'", self.names.cells)
    }

    /// In the shape for which an index over all cells is used.
    pub fn has(&mut self, field: FieldId, value: Value) -> String {
        let cell = self.text(&json!({ field.as_str(): value }).to_string());
        format!("{} @> {cell}::jsonb", self.names.cells)
    }

    /// Declared as `text`, whatever it is cast to afterwards, so that the caller need not know.
    pub fn text(&mut self, text: &str) -> String {
        let placeholder = self.parameter(Parameter::Text(text.to_owned()));
        format!("{placeholder}::text")
    }

    pub fn list(&mut self, texts: &[String]) -> String {
        let placeholder = self.parameter(Parameter::Texts(texts.to_vec()));
        format!("{placeholder}::text[]")
    }

    fn parameter(&mut self, parameter: Parameter) -> String {
        let placeholder = format!("${}", self.names.first_parameter + self.parameters.len());
        self.parameters.push(parameter);
        placeholder
    }

    /// A test of a text, or that the text is of another form than it is tested in.
    pub fn where_of_form(&self, reading: Reading, test: impl Fn(&str) -> String) -> String {
        let value = self.value(reading.place);
        let beyond_ascii = || format!("octet_length({value}) <> char_length({value})");
        let unlike = |form: &str| format!("translate({value}, '123456789', '000000000') <> '{form}'");
        let (text, or_else) = match reading.form {
            Form::AsIs => return test(&value),
            Form::Lower => (format!("lower({value} COLLATE \"C\")"), beyond_ascii()),
            Form::Upper => (format!("upper({value} COLLATE \"C\")"), beyond_ascii()),
            Form::Day => (value.clone(), unlike("0000-00-00")),
            Form::Midnight => (format!("({value} || 'T00:00:00.000Z')"), unlike("0000-00-00")),
            Form::Moment => (value.clone(), unlike("0000-00-00T00:00:00.000Z")),
        };
        format!("({} OR {or_else})", test(&text))
    }
}
