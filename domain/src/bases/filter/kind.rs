//! What can be asked of a cell follows from what it holds.

use crate::bases::schema::{FieldType, Outcome};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    Checkbox,
    Time,
    /// Several texts.
    List,
    /// Several records by their names.
    Links,
    /// Whether there is something, and no more.
    Other,
}

impl Kind {
    pub fn of(kind: &FieldType) -> Self {
        use FieldType as F;
        match kind {
            kind if kind.is_text() => Self::Text,
            F::SingleSelect(_) | F::ExternalSyncSource(_) | F::SingleCollaborator | F::Barcode => Self::Text,
            F::CreatedBy | F::LastModifiedBy | F::AiText(_) => Self::Text,
            F::Number(_) | F::Percent(_) | F::Currency(_) | F::Duration(_) | F::Rating(_) => Self::Number,
            F::Count(_) | F::AutoNumber => Self::Number,
            F::Checkbox(_) => Self::Checkbox,
            F::Date(_) | F::DateTime(_) | F::CreatedTime(_) | F::LastModifiedTime(_) => Self::Time,
            F::MultipleSelects(_) | F::MultipleCollaborators | F::MultipleLookupValues(_) => Self::List,
            F::MultipleRecordLinks(_) => Self::Links,
            F::Formula(options) => Self::of_outcome(&options.result),
            F::Rollup(options) => Self::of_outcome(&options.result),
            _ => Self::Other,
        }
    }

    /// What is worked out is a number, a time, or taken as text.
    fn of_outcome(outcome: &Outcome) -> Self {
        match outcome.as_deref().map(Self::of) {
            Some(kind @ (Self::Number | Self::Time)) => kind,
            _ => Self::Text,
        }
    }

    /// For people.
    pub fn name(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "numbers",
            Self::Checkbox => "a checkbox",
            Self::Time => "times",
            Self::List | Self::Links => "several values",
            Self::Other => "something that is only there or not",
        }
    }
}
