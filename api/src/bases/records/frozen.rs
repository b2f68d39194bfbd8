//! Lists that are walked: their order is frozen with the first page, as in Airtable. They are kept in the process that began them; where
//! one is asked for that is not here, it is made again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use domain::bases::ids::{IteratorId, RecordId};

/// How long a list waits for its next page.
const IDLE_MAX: Duration = Duration::from_secs(600);
/// Records in all lists together; beyond it the lists go that nobody asked for the longest.
const RECORDS_MAX: usize = 2_000_000;

#[derive(Default)]
pub struct Frozen {
    lists: Mutex<HashMap<Key, List>>,
}

/// A list is asked for by what it is of as well, so that nobody walks another's.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Key {
    pub iterator: IteratorId,
    /// Tenant, base and table.
    pub of: String,
}

struct List {
    records: Arc<Vec<RecordId>>,
    used: Instant,
}

impl Frozen {
    pub fn get(&self, key: &Key) -> Option<Arc<Vec<RecordId>>> {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        let list = lists.get_mut(key).filter(|list| list.used.elapsed() <= IDLE_MAX)?;
        list.used = Instant::now();
        Some(Arc::clone(&list.records))
    }

    pub fn put(&self, key: Key, records: Arc<Vec<RecordId>>) {
        let mut lists = self.lists.lock().unwrap_or_else(PoisonError::into_inner);
        lists.retain(|_, list| list.used.elapsed() <= IDLE_MAX);
        let mut kept: usize = records.len() + lists.values().map(|list| list.records.len()).sum::<usize>();
        while kept > RECORDS_MAX {
            let oldest = lists.iter().min_by_key(|(_, list)| list.used).map(|(key, _)| key.clone());
            let Some(list) = oldest.and_then(|key| lists.remove(&key)) else { break };
            kept -= list.records.len();
        }
        lists.insert(key, List { records, used: Instant::now() });
    }
}
