//! Comments on records. No webhook tells of them: who wants to know asks for the count.

use async_trait::async_trait;
use jiff::Timestamp;
use serde::Deserialize;
use serde_json::{Map, Value};

use super::{Fault, Place};
use crate::bases::ids::{CommentId, RecordId};

#[async_trait]
pub trait Comments: Send + Sync {
    async fn comments(
        &self,
        place: Place,
        record: RecordId,
        offset: Option<&str>,
    ) -> Result<CommentPage, Fault>;

    /// People are named as `@[usr…]`.
    async fn add_comment(
        &self,
        place: Place,
        record: RecordId,
        text: &str,
        parent: Option<CommentId>,
    ) -> Result<Comment, Fault>;

    async fn edit_comment(
        &self,
        place: Place,
        record: RecordId,
        comment: CommentId,
        text: &str,
    ) -> Result<Comment, Fault>;

    async fn delete_comment(&self, place: Place, record: RecordId, comment: CommentId) -> Result<(), Fault>;
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct CommentPage {
    pub comments: Vec<Comment>,
    pub offset: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Comment {
    pub id: CommentId,
    pub text: String,
    pub created_time: Timestamp,
    pub last_updated_time: Option<Timestamp>,
    pub author: Author,
    pub parent_comment_id: Option<CommentId>,
    /// By the id of who is named; kept as it came.
    #[serde(default)]
    pub mentioned: Map<String, Value>,
    /// Kept as they came.
    #[serde(default)]
    pub reactions: Vec<Value>,
}

#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct Author {
    pub id: String,
    pub email: Option<String>,
    pub name: Option<String>,
}
