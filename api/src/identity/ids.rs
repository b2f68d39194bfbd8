//! New ids: what is named, and a number that nobody else draws.

use domain::id::Id;
use domain::identity::ProofId;
use eventstore::event::StreamId;
use eventstore::mailed_links;
use jiff::Timestamp;
use uuid::Uuid;

use crate::http::Problem;

pub const USER: &str = "usr";
pub const TENANT: &str = "ten";
pub const WORKSPACE: &str = "wsp";
pub const SESSION: &str = "ses";
pub const CREDENTIAL: &str = "crd";
pub const INVITATION: &str = "inv";
pub const WEBHOOK: &str = "wh";
pub const WEBHOOK_SECRET: &str = "whs";

pub fn new<Kind>(prefix: &str) -> Result<Id<Kind>, Problem> {
    checked(&format!("{prefix}_{}", Uuid::now_v7().simple()))
}

/// A proof says when it was made.
pub fn new_proof() -> Result<ProofId, Problem> {
    mailed_links::new_proof(Timestamp::now()).ok_or_else(Problem::internal)
}

/// The stream of the thing with an id.
pub fn stream<Kind>(id: &Id<Kind>) -> Result<StreamId, Problem> {
    checked(id.as_str())
}

/// An id that was drawn here; that it is none would be a fault of ours.
pub fn checked<Kind>(text: &str) -> Result<Id<Kind>, Problem> {
    Id::new(text).map_err(|_| Problem::internal())
}
