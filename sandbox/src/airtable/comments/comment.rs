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

impl Comment {
    /// Whom the text mentions.
    pub fn mentions(&self) -> impl Iterator<Item = UserId> {
        let marked = self.text.split("@[").skip(1);
        marked.filter_map(|rest| UserId::parse(rest.split_once(']')?.0).ok())
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn only_what_is_marked_and_whole_is_a_mention() {
        let comment: Comment = serde_json::from_value(json!({
            "id": "com00000000000000", "author": "usrAna00000000000", "createdTime": "2024-01-01T00:00:00Z",
            "text": "@[usrBen00000000000]@[usrCem] usrDee00000000000 @[usrDee00000000000 @[usrEve00000000000]",
        }))
        .unwrap();
        let mentioned: Vec<String> = comment.mentions().map(|id| id.to_string()).collect();
        assert_eq!(mentioned, ["usrBen00000000000", "usrEve00000000000"]);
    }
}
