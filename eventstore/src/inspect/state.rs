//! What something was at a moment, whatever it is.

use cqrs_es::Aggregate;
use domain::bases::{Base, BaseSync, Comment, Connection, Record};
use domain::identity::{
    ApiKey, Invitation, Membership, ServiceAccount, Session, Tenant, User, Webhook, Workspace,
};
use domain::operations::Operation;
use domain::stored::Stored;
use serde::Serialize;
use serde_json::Value;

use super::Hidden;
use crate::event::{StreamName, Unreadable};
use crate::payload::ReadFault;
use crate::read::{At, Reader, StateFault};

/// A state, with personal data hidden, and the version it has; version zero: there was nothing yet.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Seen {
    pub version: i64,
    pub state: Value,
}

impl Seen {
    /// Whether it is what was asked for: a version that was not there yet is answered with the last one before it.
    pub fn is_of(&self, at: At) -> bool {
        match at {
            At::Version(version) => self.version == version,
            At::Now | At::Position(_) | At::Time(_) => true,
        }
    }
}

/// Folds a stream up to a moment. Nothing when there are no such things.
pub async fn state(
    reader: &Reader,
    stream: &StreamName,
    at: At,
    hidden: &Hidden,
) -> Result<Option<Seen>, StateFault> {
    let seen = match &*stream.aggregate {
        Tenant::TYPE => of::<Tenant>(reader, stream, at, hidden).await?,
        Workspace::TYPE => of::<Workspace>(reader, stream, at, hidden).await?,
        Membership::TYPE => of::<Membership>(reader, stream, at, hidden).await?,
        User::TYPE => of::<User>(reader, stream, at, hidden).await?,
        Session::TYPE => of::<Session>(reader, stream, at, hidden).await?,
        Invitation::TYPE => of::<Invitation>(reader, stream, at, hidden).await?,
        Webhook::TYPE => of::<Webhook>(reader, stream, at, hidden).await?,
        ApiKey::TYPE => of::<ApiKey>(reader, stream, at, hidden).await?,
        ServiceAccount::TYPE => of::<ServiceAccount>(reader, stream, at, hidden).await?,
        Operation::TYPE => of::<Operation>(reader, stream, at, hidden).await?,
        Base::TYPE => of::<Base>(reader, stream, at, hidden).await?,
        Record::TYPE => of::<Record>(reader, stream, at, hidden).await?,
        Comment::TYPE => of::<Comment>(reader, stream, at, hidden).await?,
        Connection::TYPE => of::<Connection>(reader, stream, at, hidden).await?,
        BaseSync::TYPE => of::<BaseSync>(reader, stream, at, hidden).await?,
        _ => return Ok(None),
    };
    Ok(Some(seen))
}

async fn of<A: Stored>(
    reader: &Reader,
    stream: &StreamName,
    at: At,
    hidden: &Hidden,
) -> Result<Seen, StateFault> {
    let found = reader.state_at::<A>(&stream.tenant, stream.id.clone(), at).await?;
    let state = hidden.value(&found.state).map_err(|error| ReadFault::from(Unreadable::State(error)))?;
    Ok(Seen { version: found.version, state })
}
