//! Taking back what one has said.

use serde_json::json;

use super::{own, place};
use crate::airtable::edge::{Call, Said, said};
use crate::airtable::journal::Effect;
use crate::airtable::world::{PermissionLevel, Scope, write};

pub fn delete(call: &Call<'_>, base: &str, table: &str, record: &str, comment: &str) -> Said {
    let held = call.base_for(base, Scope::CommentsWrite, PermissionLevel::Comment)?;
    let mut held = write(&held);
    let (table, record) = place(&held, table, record)?;
    let id = own(call, &held, record, comment)?;
    held.comments.remove(record, id);
    let effect = Effect::in_table("comment.deleted", id, table);
    Ok(said(&json!({ "id": id, "deleted": true }))?.with(vec![effect]))
}
