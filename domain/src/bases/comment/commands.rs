//! What may be asked of a comment.

use jiff::Timestamp;

use crate::bases::ids::CommentId;
use crate::bases::record::Address;
use crate::identity::UserId;

#[derive(Debug, Clone, PartialEq)]
pub enum CommentCommand {
    Write {
        address: Address,
        comment: CommentId,
        /// The comment that it answers.
        parent: Option<CommentId>,
        author: UserId,
        at: Timestamp,
        /// People are mentioned in it as `@[usr…]`.
        text: String,
    },
    Edit {
        by: UserId,
        at: Timestamp,
        text: String,
    },
    Delete {
        by: UserId,
    },
}
