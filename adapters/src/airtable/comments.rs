//! Comments.

use async_trait::async_trait;
use domain::bases::ids::{CommentId, RecordId};
use domain::bases::ports::{Comment, CommentPage, Comments, Fault, Place};
use reqwest::Method;
use serde_json::json;

use super::Connection;
use super::call::Call;

const COMMENTS: &str = "/v0/{base}/{table}/{record}/comments";
const COMMENT: &str = "/v0/{base}/{table}/{record}/comments/{comment}";

#[async_trait]
impl Comments for Connection {
    async fn comments(
        &self,
        place: Place,
        record: RecordId,
        offset: Option<&str>,
    ) -> Result<CommentPage, Fault> {
        let call = on_record("list_comments", Method::GET, place, record);
        self.ask(offset.into_iter().fold(call, |call, offset| call.with("offset", offset))).await
    }

    async fn add_comment(
        &self,
        place: Place,
        record: RecordId,
        text: &str,
        parent: Option<CommentId>,
    ) -> Result<Comment, Fault> {
        let mut body = json!({ "text": text });
        if let Some(parent) = parent {
            body["parentCommentId"] = json!(parent);
        }
        self.ask(on_record("create_comment", Method::POST, place, record).json(&body)?).await
    }

    async fn edit_comment(
        &self,
        place: Place,
        record: RecordId,
        comment: CommentId,
        text: &str,
    ) -> Result<Comment, Fault> {
        let call = on_comment("update_comment", Method::PATCH, place, record, comment);
        self.ask(call.json(&json!({ "text": text }))?).await
    }

    async fn delete_comment(&self, place: Place, record: RecordId, comment: CommentId) -> Result<(), Fault> {
        self.tell(on_comment("delete_comment", Method::DELETE, place, record, comment)).await
    }
}

fn on_record(operation: &'static str, method: Method, place: Place, record: RecordId) -> Call {
    let parts = [place.base.as_str(), place.table.as_str(), record.as_str()];
    Call::new(operation, method, COMMENTS, &parts).of(place.base)
}

fn on_comment(
    operation: &'static str,
    method: Method,
    place: Place,
    record: RecordId,
    comment: CommentId,
) -> Call {
    let parts = [place.base.as_str(), place.table.as_str(), record.as_str(), comment.as_str()];
    Call::new(operation, method, COMMENT, &parts).of(place.base)
}
