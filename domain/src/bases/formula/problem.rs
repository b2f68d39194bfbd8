//! Why a text is no formula, and where.

use std::fmt;

use super::limits::{FORMULA_BYTES_MAX, NESTING_MAX};

/// A place in the text of a formula. Lines and columns count from 1, columns in characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Position {
    /// In bytes from the beginning.
    pub offset: usize,
    pub line: usize,
    pub column: usize,
}

impl Position {
    pub(super) fn of(text: &str, offset: usize) -> Self {
        let before = text.get(..offset).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
        Self {
            offset,
            line: before.matches('\n').count() + 1,
            column: before[line_start..].chars().count() + 1,
        }
    }
}

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{kind} at line {}, column {}", position.line, position.column)]
pub struct Problem {
    pub kind: ProblemKind,
    pub position: Position,
}

#[derive(Debug, Clone, PartialEq)]
pub enum ProblemKind {
    TooLong,
    TooDeep,
    UnknownCharacter(char),
    UnclosedText,
    UnclosedField,
    EmptyField,
    NumberTooLarge,
    /// Something stands where something else is wanted.
    Unexpected {
        found: &'static str,
        wanted: &'static str,
    },
    UnknownFunction(String),
    WrongNumberOfArguments {
        function: &'static str,
        given: usize,
    },
    /// All that are unknown, in the order in which they first stand there.
    UnknownFields(Vec<String>),
}

impl fmt::Display for ProblemKind {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong => write!(formatter, "A formula has at most {FORMULA_BYTES_MAX} bytes"),
            Self::TooDeep => write!(formatter, "A formula is nested at most {NESTING_MAX} deep"),
            Self::UnknownCharacter(character) => write!(formatter, "Unknown character {character:?}"),
            Self::UnclosedText => write!(formatter, "Text without a closing quote"),
            Self::UnclosedField => write!(formatter, "Field name without a closing brace"),
            Self::EmptyField => write!(formatter, "Empty field name"),
            Self::NumberTooLarge => write!(formatter, "Number too large"),
            Self::Unexpected { found, wanted } => write!(formatter, "Found {found} instead of {wanted}"),
            Self::UnknownFunction(name) => write!(formatter, "Unknown function {name}"),
            Self::WrongNumberOfArguments { function, given } => {
                write!(formatter, "{function} does not take {given} arguments")
            }
            // Airtable names them in lower case.
            Self::UnknownFields(names) => {
                write!(formatter, "Unknown field names: {}", names.join(", ").to_lowercase())
            }
        }
    }
}
