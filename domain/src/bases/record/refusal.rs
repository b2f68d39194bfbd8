//! Why a record refuses a command.

use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum RecordRefusal {
    #[error("the record does not exist")]
    UnknownRecord,
    #[error("a record with this id exists already")]
    RecordExists,
    #[error("the record was deleted")]
    RecordDeleted,
    #[error("a record has at most 16 ids")]
    TooManyAliases,
    #[error("what is written, with what was there before, takes {0} bytes in the log; 245,760 are allowed")]
    TooLarge(usize),
    #[error("a value is nested deeper than 64")]
    NestedTooDeep,
    #[error("a text holds the character U+0000, which nothing here can keep")]
    NullCharacter,
}

impl Refusal for RecordRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownRecord => "unknown_record",
            Self::RecordExists => "record_exists",
            Self::RecordDeleted => "record_deleted",
            Self::TooManyAliases => "too_many_aliases",
            Self::TooLarge(_) => "record_too_large",
            Self::NestedTooDeep => "value_nested_too_deep",
            Self::NullCharacter => "null_character",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownRecord => RefusalKind::Missing,
            Self::RecordExists | Self::RecordDeleted => RefusalKind::Conflict,
            Self::TooManyAliases | Self::TooLarge(_) | Self::NestedTooDeep | Self::NullCharacter => {
                RefusalKind::Invalid
            }
        }
    }
}
