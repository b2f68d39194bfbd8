//! What people have granted to integrations: codes that are not exchanged yet, and refresh tokens. Each is good once.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::bases::ids::UserId;
use jiff::{SignedDuration, Timestamp};

use crate::airtable::world::Scope;

/// Unsettled: how long a code is good.
const CODE_LIFE: SignedDuration = SignedDuration::from_mins(5);
/// Unsettled: 60 days, as some say.
pub const REFRESH_LIFE: SignedDuration = SignedDuration::from_hours(60 * 24);

/// Whom an integration may act for, and in what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    pub client_id: String,
    pub user: UserId,
    pub scopes: Vec<Scope>,
}

/// What has to be shown with a code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proof {
    pub redirect_uri: String,
    /// The digest of what only the integration knows.
    pub challenge: String,
}

#[derive(Default)]
pub struct Grants {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    codes: BTreeMap<String, (Grant, Proof, Timestamp)>,
    refreshes: BTreeMap<String, (Grant, Timestamp)>,
}

impl Grants {
    pub fn add_code(&self, code: String, grant: Grant, proof: Proof, now: Timestamp) {
        self.kept(now).codes.insert(code, (grant, proof, after(now, CODE_LIFE)));
    }

    /// Nothing for one that was taken already, or has ended.
    pub fn take_code(&self, code: &str, now: Timestamp) -> Option<(Grant, Proof)> {
        self.kept(now).codes.remove(code).map(|(grant, proof, _)| (grant, proof))
    }

    pub fn add_refresh(&self, token: String, grant: Grant, now: Timestamp) {
        self.kept(now).refreshes.insert(token, (grant, after(now, REFRESH_LIFE)));
    }

    /// A refresh token is invalid from the moment it is used; who else shows it leaves it good.
    pub fn take_refresh(&self, token: &str, client_id: &str, now: Timestamp) -> Option<Grant> {
        let mut kept = self.kept(now);
        let (grant, until) = kept.refreshes.remove(token)?;
        if grant.client_id == client_id {
            return Some(grant);
        }
        kept.refreshes.insert(token.to_owned(), (grant, until));
        None
    }

    pub fn clear(&self) {
        *self.kept(Timestamp::MIN) = Kept::default();
    }

    /// Without what has ended.
    fn kept(&self, now: Timestamp) -> MutexGuard<'_, Kept> {
        let mut kept = self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        kept.codes.retain(|_, (_, _, until)| now < *until);
        kept.refreshes.retain(|_, (_, until)| now < *until);
        kept
    }
}

fn after(now: Timestamp, life: SignedDuration) -> Timestamp {
    now.checked_add(life).unwrap_or(Timestamp::MAX)
}
