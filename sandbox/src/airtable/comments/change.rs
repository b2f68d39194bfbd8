//! Changing what one has said.

use domain::bases::errors::ApiError;

use super::{own, place, say, text};
use crate::airtable::edge::{Call, Said, said};
use crate::airtable::journal::Effect;
use crate::airtable::world::{PermissionLevel, Scope, write};

pub fn change(call: &Call<'_>, base: &str, table: &str, record: &str, comment: &str) -> Said {
    let held = call.base_for(base, Scope::CommentsWrite, PermissionLevel::Comment)?;
    let mut held = write(&held);
    let (table, record) = place(&held, table, record)?;
    let id = own(call, &held, record, comment)?;
    let text = text(&call.body()?)?;
    let changed = held.comments.find_mut(record, id).ok_or(ApiError::NotFound)?;
    changed.text = text;
    changed.last_updated_time = Some(call.at);
    let answer = said(&say::said(changed, &call.app.world.accounts()))?;
    Ok(answer.with(vec![Effect::in_table("comment.updated", id, table)]))
}
