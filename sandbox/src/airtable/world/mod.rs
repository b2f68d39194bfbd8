//! What the stand-in holds: bases with their records, and the accounts that may use them.

mod accounts;
mod actor;
mod around;
mod base;
mod caller;
mod change;
mod draws;

use std::collections::BTreeMap;
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard, RwLockWriteGuard};

use domain::bases::errors::ApiError;
use domain::bases::ids::BaseId;

pub use accounts::{Accounts, Person, Token, Workspace};
pub use actor::Actor;
pub use around::{Around, Rung};
pub use base::Held;
pub use caller::Caller;
pub use domain::bases::{PermissionLevel, Scope};
pub use draws::Draws;

pub type Shared<T> = Arc<RwLock<T>>;

/// Bases are locked one by one, so that one that is busy holds up no other. Whoever holds a base may ask for the accounts,
/// and nobody asks for a base while holding those.
pub struct World {
    pub around: Around,
    bases: RwLock<BTreeMap<BaseId, Shared<Held>>>,
    accounts: RwLock<Accounts>,
}

impl World {
    pub fn new(around: Around) -> Self {
        Self { around, bases: RwLock::default(), accounts: RwLock::default() }
    }

    pub fn put(&self, base: Held) {
        write(&self.bases).insert(base.id(), Arc::new(RwLock::new(base)));
    }

    pub fn remove(&self, id: BaseId) -> bool {
        write(&self.bases).remove(&id).is_some()
    }

    pub fn clear(&self) {
        write(&self.bases).clear();
        *write(&self.accounts) = Accounts::default();
    }

    pub fn base(&self, id: &str) -> Result<Shared<Held>, ApiError> {
        let id = BaseId::parse(id).map_err(|_| ApiError::PermissionsOrModelNotFound)?;
        read(&self.bases).get(&id).cloned().ok_or(ApiError::PermissionsOrModelNotFound)
    }

    pub fn bases(&self) -> Vec<Shared<Held>> {
        read(&self.bases).values().cloned().collect()
    }

    pub fn accounts(&self) -> RwLockReadGuard<'_, Accounts> {
        read(&self.accounts)
    }

    pub fn accounts_mut(&self) -> RwLockWriteGuard<'_, Accounts> {
        write(&self.accounts)
    }
}

/// Whoever panicked while holding a lock had changed nothing half: edits are planned first.
pub fn read<T>(lock: &RwLock<T>) -> RwLockReadGuard<'_, T> {
    lock.read().unwrap_or_else(PoisonError::into_inner)
}

pub fn write<T>(lock: &RwLock<T>) -> RwLockWriteGuard<'_, T> {
    lock.write().unwrap_or_else(PoisonError::into_inner)
}
