//! Commenting on a record, or answering a comment.

use domain::bases::errors::ApiError;
use domain::bases::ids::{CommentId, RecordId};
use domain::bases::requests::Body;

use super::{Comment, place, say, text};
use crate::airtable::edge::{Call, Said, said};
use crate::airtable::journal::Effect;
use crate::airtable::world::{Held, PermissionLevel, Scope, write};

pub fn create(call: &Call<'_>, base: &str, table: &str, record: &str) -> Said {
    let held = call.base_for(base, Scope::CommentsWrite, PermissionLevel::Comment)?;
    let mut held = write(&held);
    let (table, record) = place(&held, table, record)?;
    let body = call.body()?;
    let comment = Comment {
        id: call.app.mint().make(),
        author: call.caller.person.id,
        text: text(&body)?,
        created_time: call.at,
        last_updated_time: None,
        parent_comment_id: parent(&held, record, &body)?,
        reactions: Vec::new(),
    };
    let effect = Effect::in_table("comment.created", comment.id, table);
    let answer = said(&say::said(&comment, &call.app.world.accounts()))?;
    held.comments.add(record, comment);
    Ok(answer.with(vec![effect]))
}

/// Unsettled: how an answer to nothing is refused, and that an answer may be answered.
fn parent(held: &Held, record: RecordId, body: &Body) -> Result<Option<CommentId>, ApiError> {
    let Some(parent) = body.get("parentCommentId") else { return Ok(None) };
    let id = parent.as_str().and_then(|id| CommentId::parse(id).ok());
    let found = id.filter(|id| held.comments.find(record, *id).is_some());
    found.map(Some).ok_or(ApiError::InvalidRequest)
}
