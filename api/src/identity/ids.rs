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
pub const SECOND_FACTOR: &str = "fac";
pub const RECOVERY_CODES: &str = "rcs";
pub const API_KEY: &str = "key";
pub const API_KEY_SECRET: &str = "aks";
pub const INVITATION: &str = "inv";
pub const BASE: &str = "bas";
pub const AIRTABLE_SECRET: &str = "ats";
pub const WEBHOOK: &str = "wh";
pub const WEBHOOK_SECRET: &str = "whs";

pub fn new<Kind>(prefix: &str) -> Result<Id<Kind>, Problem> {
    checked(&format!("{prefix}_{}", Uuid::now_v7().simple()))
}

/// Whether an id is of a kind.
pub fn is_one<Kind>(prefix: &str, id: &Id<Kind>) -> bool {
    id.as_str().split_once('_').is_some_and(|(kind, _)| kind == prefix)
}

/// What ids of a kind that are drawn from a time on do not come before: they begin with their time.
pub fn first_at(prefix: &str, time: Timestamp) -> String {
    format!("{prefix}_{:012x}", time.as_millisecond().max(0))
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

#[cfg(test)]
mod tests {
    use domain::identity::User;

    use super::*;

    #[test]
    fn ids_come_in_the_order_of_their_times() {
        let id: Id<User> = new(USER).unwrap();
        let minute = std::time::Duration::from_secs(60);
        assert!(first_at(USER, Timestamp::now() - minute).as_str() < id.as_str());
        assert!(id.as_str() < first_at(USER, Timestamp::now() + minute).as_str());
    }
}
