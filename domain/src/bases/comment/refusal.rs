//! Why a comment refuses a command.

use super::TEXT_BYTES_MAX;
use crate::refusal::{Refusal, RefusalKind};

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum CommentRefusal {
    #[error("the comment does not exist")]
    UnknownComment,
    #[error("a comment with this id exists already")]
    CommentExists,
    #[error("the comment was deleted")]
    CommentDeleted,
    #[error("only its author changes or deletes a comment")]
    NotTheAuthor,
    #[error("a comment has a text")]
    NoText,
    #[error("a comment has at most {TEXT_BYTES_MAX} bytes")]
    TextTooLong,
    #[error("the text holds the character U+0000, which nothing here can keep")]
    NullCharacter,
}

impl Refusal for CommentRefusal {
    fn code(&self) -> &'static str {
        match self {
            Self::UnknownComment => "unknown_comment",
            Self::CommentExists => "comment_exists",
            Self::CommentDeleted => "comment_deleted",
            Self::NotTheAuthor => "not_the_author",
            Self::NoText => "no_comment_text",
            Self::TextTooLong => "comment_too_long",
            Self::NullCharacter => "null_character",
        }
    }

    fn kind(&self) -> RefusalKind {
        match self {
            Self::UnknownComment => RefusalKind::Missing,
            Self::CommentExists | Self::CommentDeleted => RefusalKind::Conflict,
            Self::NotTheAuthor => RefusalKind::Forbidden,
            Self::NoText | Self::TextTooLong | Self::NullCharacter => RefusalKind::Invalid,
        }
    }
}
