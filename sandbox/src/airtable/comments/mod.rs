//! Comments on records: listing, writing, changing and deleting them. They are in no webhook, so programs look at how many
//! there are.

mod change;
mod comment;
mod create;
mod delete;
mod kept;
mod list;
mod say;

pub use change::change;
pub use comment::Comment;
pub use create::create;
pub use delete::delete;
pub use kept::Comments;
pub use list::list;

use domain::bases::errors::ApiError;
use domain::bases::ids::{CommentId, RecordId, TableId};
use domain::bases::requests::Body;

use super::edge::Call;
use super::world::Held;

/// The record that an address names, with its table.
fn place(held: &Held, table: &str, record: &str) -> Result<(TableId, RecordId), ApiError> {
    let table = held.table(table)?.id;
    Ok((table, held.tables.record_called(table, record)?.id))
}

/// Unsettled: how Airtable refuses a comment without a text.
fn text(body: &Body) -> Result<String, ApiError> {
    let text = body.get("text").and_then(|text| text.as_str()).filter(|text| !text.trim().is_empty());
    text.map(str::to_owned).ok_or(ApiError::InvalidRequest)
}

/// A comment that its author may change. Unsettled: how a comment that is not there is refused.
fn own(call: &Call<'_>, held: &Held, record: RecordId, comment: &str) -> Result<CommentId, ApiError> {
    let id = CommentId::parse(comment).map_err(|_| ApiError::NotFound)?;
    let found = held.comments.find(record, id).ok_or(ApiError::NotFound)?;
    if found.author == call.caller.person.id { Ok(id) } else { Err(ApiError::NotPermitted) }
}
