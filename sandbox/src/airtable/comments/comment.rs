//! A comment as it is kept, and as seeds carry it.

use domain::bases::ids::{CommentId, UserId};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Comment {
    pub id: CommentId,
    pub author: UserId,
    /// People are mentioned in it as `@[usr…]`.
    pub text: String,
    pub created_time: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_updated_time: Option<Timestamp>,
    /// The comment that it answers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_comment_id: Option<CommentId>,
    /// Only seeds have some: the API lets nobody react.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reactions: Vec<Reaction>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Reaction {
    /// In hexadecimal: `1f44d` is a thumb.
    pub unicode_character: String,
    pub user: UserId,
}
