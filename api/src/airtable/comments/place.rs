//! The record that a path names, and the comments on it.

use domain::bases::comment;
use domain::bases::errors::ApiError;
use domain::bases::ids::{CommentId, RecordId};
use domain::bases::record::{self, Address};
use domain::bases::{Comment, Record};
use eventstore::read::StateAt;

use crate::Api;
use crate::airtable::base::AtBase;
use crate::http::Problem;
use crate::identity::ids;

/// A record that is there, in the table that the path names.
pub async fn address(api: &Api, at: &AtBase, table: &str, record: &str) -> Result<Address, Problem> {
    let table = at.table(table)?.id;
    let record = RecordId::parse(record).map_err(|_| ApiError::RecordNotFound)?;
    let (tenant, key) = (&at.0.tenant, record::key(&at.0.id, record));
    let found = api.executor.state::<Record>(tenant, ids::stream(&key)?).await?;
    let address = found.state.address().filter(|address| address.table == table);
    let address = address.filter(|_| !found.state.is_deleted());
    address.cloned().ok_or_else(|| ApiError::RecordNotFound.into())
}

/// A comment that was written on this record, whether it was deleted since or not.
pub async fn comment(api: &Api, at: &AtBase, id: CommentId) -> Result<StateAt<Comment>, Problem> {
    let key = comment::key(&at.0.id, id);
    Ok(api.executor.state::<Comment>(&at.0.tenant, ids::stream(&key)?).await?)
}

/// Unsettled: how a comment that is not there is refused.
pub fn comment_id(text: &str) -> Result<CommentId, Problem> {
    CommentId::parse(text).map_err(|_| ApiError::NotFound.into())
}

/// Whether a comment is there, on this record.
pub fn is_on(found: &StateAt<Comment>, address: &Address) -> bool {
    found.state.details().is_some_and(|details| details.address == *address)
}
