//! Why a base refuses a command.

use crate::bases::errors::ApiError;
use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum BaseRefusal {
    #[error("the base does not exist")]
    UnknownBase,
    #[error("a base with this id exists already")]
    BaseExists,
    #[error("the base was deleted")]
    BaseDeleted,
    #[error("the base follows one in Airtable and is changed there")]
    BaseIsMirrored,
    #[error("the base is made here and follows none in Airtable")]
    BaseIsLocal,
    #[error("the name of a base has 1 to 255 characters and no control characters")]
    BadName,
    /// What Airtable would answer, for those who speak as it does.
    #[error("the schema would not be sound: {0}")]
    SchemaUnsound(ApiError),
    #[error("the id {0} would name two things of the schema")]
    IdTaken(String),
    #[error("a base has at most 1,000 tables")]
    TooManyTables,
    #[error("a table has at most 500 fields")]
    TooManyFields,
    #[error("one command changes at most 1,000 things of a schema")]
    TooManyChanges,
    #[error("one table or change takes {0} bytes, 204,800 are allowed")]
    ChangeTooLarge(usize),
}

impl Refusal for BaseRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownBase => "unknown_base",
            Self::BaseExists => "base_exists",
            Self::BaseDeleted => "base_deleted",
            Self::BaseIsMirrored => "base_is_mirrored",
            Self::BaseIsLocal => "base_is_local",
            Self::BadName => "bad_name",
            Self::SchemaUnsound(_) => "schema_unsound",
            Self::IdTaken(_) => "schema_id_taken",
            Self::TooManyTables => "too_many_tables",
            Self::TooManyFields => "too_many_fields",
            Self::TooManyChanges => "too_many_schema_changes",
            Self::ChangeTooLarge(_) => "schema_change_too_large",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownBase => RefusalKind::Missing,
            Self::BaseExists | Self::BaseDeleted | Self::BaseIsLocal => RefusalKind::Conflict,
            Self::BaseIsMirrored => RefusalKind::Forbidden,
            Self::BadName
            | Self::SchemaUnsound(_)
            | Self::IdTaken(_)
            | Self::TooManyTables
            | Self::TooManyFields
            | Self::TooManyChanges
            | Self::ChangeTooLarge(_) => RefusalKind::Invalid,
        }
    }
}
