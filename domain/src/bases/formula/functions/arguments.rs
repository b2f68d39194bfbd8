//! The values that a function is given.

use std::borrow::Cow;

use super::super::dates::reading::moment_of_text;
use super::super::fault::Fault;
use super::super::moment::Moment;
use super::super::row::Context;
use super::super::value::Value;

/// Of an argument that is left out, a text is empty and a number is zero.
pub struct Arguments<'a> {
    values: Vec<Value<'a>>,
}

impl<'a> Arguments<'a> {
    pub fn new(values: Vec<Value<'a>>) -> Self {
        Self { values }
    }

    pub fn given(&self, index: usize) -> bool {
        index < self.values.len()
    }

    pub fn value(&self, index: usize) -> &Value<'a> {
        self.values.get(index).unwrap_or(&Value::Blank)
    }

    pub fn into_values(self) -> Vec<Value<'a>> {
        self.values
    }

    pub fn text(&self, index: usize) -> Cow<'a, str> {
        self.value(index).to_text()
    }

    pub fn number(&self, index: usize) -> f64 {
        self.value(index).to_number()
    }

    pub fn number_or(&self, index: usize, default: f64) -> f64 {
        if self.given(index) { self.number(index) } else { default }
    }

    /// A number of characters or times: whole and not below zero.
    pub fn count(&self, index: usize) -> usize {
        // Casting keeps what is too large within bounds, and makes zero of what is no number.
        self.number(index) as usize
    }

    /// A whole number of either sign.
    pub fn whole(&self, index: usize) -> i64 {
        self.number(index) as i64
    }

    /// A date, or a text that tells one. A blank is a fault, as is every other value.
    pub fn moment(&self, index: usize, context: &Context) -> Result<Moment, Fault> {
        match self.value(index).single() {
            Value::Moment(moment) => Ok(moment.clone()),
            Value::Text(text) => moment_of_text(text, &context.zone).ok_or(Fault::NotADate),
            _ => Err(Fault::NotADate),
        }
    }

    /// All values, those of lists one by one.
    pub fn flat(&self) -> Vec<&Value<'a>> {
        let mut flat = Vec::with_capacity(self.values.len());
        self.values.iter().for_each(|value| flatten(value, &mut flat));
        flat
    }
}

fn flatten<'v, 'a>(value: &'v Value<'a>, flat: &mut Vec<&'v Value<'a>>) {
    match value {
        Value::List(elements) => elements.iter().for_each(|element| flatten(element, flat)),
        _ => flat.push(value),
    }
}
