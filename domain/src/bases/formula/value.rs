//! What formulas reckon with.

use std::borrow::Cow;

use super::fault::Fault;
use super::moment::Moment;

/// Texts are borrowed from the formula and the row wherever they can be.
#[derive(Debug, Clone, PartialEq)]
pub enum Value<'a> {
    Blank,
    Number(f64),
    Text(Cow<'a, str>),
    /// Counts as 1 or 0.
    Boolean(bool),
    Moment(Moment),
    List(Vec<Value<'a>>),
    /// In a cell, or in an element of one. What is evaluated is a fault instead.
    Error(Fault),
}

impl<'a> Value<'a> {
    pub fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    pub fn is_blank(&self) -> bool {
        match self {
            Self::Blank => true,
            Self::Text(text) => text.is_empty(),
            Self::List(elements) => elements.is_empty(),
            _ => false,
        }
    }

    /// The element of a list that has but one: a lookup of one record counts as its value.
    pub fn single(&self) -> &Value<'a> {
        match self {
            Self::List(elements) => match elements.as_slice() {
                [] => &Value::Blank,
                [element] => element.single(),
                _ => self,
            },
            _ => self,
        }
    }

    /// Whether a record is kept by a filter of this value, and which branch `IF` takes.
    pub fn is_true(&self) -> bool {
        match self {
            Self::Blank | Self::Error(_) => false,
            Self::Number(number) => *number != 0.0 && !number.is_nan(),
            Self::Boolean(boolean) => *boolean,
            Self::Text(text) => !text.is_empty(),
            Self::List(elements) => !elements.is_empty(),
            Self::Moment(_) => true,
        }
    }

    /// The fault of an error, in the value itself or in an element.
    pub fn sound(self) -> Result<Self, Fault> {
        match self.fault() {
            Some(fault) => Err(fault),
            None => Ok(self),
        }
    }

    fn fault(&self) -> Option<Fault> {
        match self {
            Self::Error(fault) => Some(*fault),
            Self::List(elements) => elements.iter().find_map(Value::fault),
            _ => None,
        }
    }

    /// What it holds itself, beside what it borrows.
    pub(super) fn own_bytes(&self) -> usize {
        match self {
            Self::Text(Cow::Owned(text)) => text.len(),
            Self::List(elements) => {
                elements.iter().map(|element| size_of::<Value>() + element.own_bytes()).sum()
            }
            _ => 0,
        }
    }

    /// The same, borrowed from nothing.
    pub fn into_owned(self) -> Value<'static> {
        match self {
            Self::Blank => Value::Blank,
            Self::Number(number) => Value::Number(number),
            Self::Text(text) => Value::Text(Cow::Owned(text.into_owned())),
            Self::Boolean(boolean) => Value::Boolean(boolean),
            Self::Moment(moment) => Value::Moment(moment),
            Self::List(elements) => Value::List(elements.into_iter().map(Value::into_owned).collect()),
            Self::Error(fault) => Value::Error(fault),
        }
    }
}

impl From<f64> for Value<'_> {
    fn from(number: f64) -> Self {
        // There is no negative zero.
        Self::Number(if number == 0.0 { 0.0 } else { number })
    }
}

impl From<bool> for Value<'_> {
    fn from(boolean: bool) -> Self {
        Self::Boolean(boolean)
    }
}

impl From<Moment> for Value<'_> {
    fn from(moment: Moment) -> Self {
        Self::Moment(moment)
    }
}
