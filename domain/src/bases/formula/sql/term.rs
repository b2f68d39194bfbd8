//! The smallest conditions.

use jiff::Timestamp;

use super::super::tree::Operator;
use crate::bases::ids::FieldId;

#[derive(Debug, Clone, PartialEq)]
pub enum Term {
    Blank(Place),
    Filled(Place),
    Ticked(FieldId),
    NotTicked(FieldId),
    Number(FieldId, Operator, f64),
    /// One of these texts stands there.
    OneOf(Place, Vec<String>),
    /// None of these texts stands there, though nothing may.
    NoneOf(Place, Vec<String>),
    Compared(Reading, Operator, String),
    Contains(Reading, String),
    /// Filled, and without the text.
    Lacks(Reading, String),
    /// Of `Created` and `Modified`.
    Time(Place, Operator, Timestamp),
}

/// Where a value of a row stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Place {
    Cell(FieldId),
    RecordId,
    Created,
    Modified,
}

/// The text of a cell or an id, as it is to be compared. Where its form is not the expected, the term holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reading {
    pub place: Place,
    pub form: Form,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    AsIs,
    /// In small letters. Beyond ASCII, Postgres has other ones than Rust.
    Lower,
    /// In capital letters, likewise.
    Upper,
    Day,
    /// A day, as the moment at which it begins.
    Midnight,
    Moment,
}

impl Term {
    /// Whether it also holds where nothing stands at the place.
    pub fn holds_for_blank(&self) -> bool {
        matches!(self, Self::Blank(_) | Self::NoneOf(..) | Self::NotTicked(_))
    }
}
