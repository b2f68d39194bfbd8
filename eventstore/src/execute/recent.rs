//! The keys of commands that came lately: a key that comes again is looked up before anything is decided.
//!
//! Only a saving. A retry that is not remembered here (another node, a restart, long ago) reaches the append, which
//! refuses it; that costs the commands of its batch another round trip.

use quick_cache::sync::Cache;
use uuid::Uuid;

/// Keys remembered.
const KEPT: usize = 100_000;

pub(crate) struct RecentCommands(Cache<Uuid, ()>);

impl RecentCommands {
    pub fn new() -> Self {
        Self(Cache::new(KEPT))
    }

    /// Remembers a key and says whether it came before.
    pub fn saw_before(&self, command_id: Uuid) -> bool {
        if self.0.get(&command_id).is_some() {
            return true;
        }
        self.0.insert(command_id, ());
        false
    }
}
