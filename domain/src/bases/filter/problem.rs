//! Why a tree is no filter of a table, and which node of it is to blame.

use super::{DEPTH_MAX, NODES_MAX, TEXT_BYTES_MAX};

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FilterProblem {
    /// A JSON pointer into the tree.
    pub pointer: String,
    pub fault: Fault,
}

#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("A node is {{\"and\": […]}}, {{\"or\": […]}}, {{\"not\": …}}, or has a field and an operator.")]
    NotANode,
    #[error("Holds nothing to be met.")]
    Nothing,
    #[error("The table has no such field.")]
    UnknownField,
    #[error("There is no such operator.")]
    UnknownOperator,
    #[error("A field of {0} does not take this operator.")]
    Inapplicable(&'static str),
    #[error("Must be {0}.")]
    WrongValue(&'static str),
    #[error("A filter is at most {DEPTH_MAX} nodes deep.")]
    TooDeep,
    #[error("A filter has at most {NODES_MAX} nodes, each value of any_of being one.")]
    TooMany,
    #[error("A text that is looked for has at most {TEXT_BYTES_MAX} bytes.")]
    TextTooLong,
    #[error("The filter is too long.")]
    TooLong,
}

impl Fault {
    /// For programs.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotANode => "no_filter",
            Self::Nothing => "empty",
            Self::UnknownField => "no_such_field",
            Self::UnknownOperator => "unknown_operator",
            Self::Inapplicable(_) => "inapplicable_operator",
            Self::WrongValue(_) => "invalid",
            Self::TooDeep => "too_deep",
            Self::TooMany => "too_many",
            Self::TextTooLong | Self::TooLong => "too_long",
        }
    }

    pub(super) fn at(self, pointer: &str) -> FilterProblem {
        FilterProblem { pointer: pointer.to_owned(), fault: self }
    }
}
