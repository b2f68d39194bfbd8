//! Lanes: within a node, commands on one stream (and commands with one id) go one after the other.
//!
//! A lane is held from before a stream is loaded until its append is answered. So two units of one batch never
//! write the same stream, and a retry that comes while its first attempt is under way waits for it.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::sync::{Mutex as AsyncMutex, OwnedMutexGuard};

/// What a lane is for, as a number. Two things with the same number merely wait for each other.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LaneKey(u64);

impl LaneKey {
    pub fn of(kind: &'static str, what: &impl Hash) -> Self {
        let mut hasher = std::hash::DefaultHasher::new();
        kind.hash(&mut hasher);
        what.hash(&mut hasher);
        Self(hasher.finish())
    }
}

const SHARDS: usize = 64;

type Lane = Arc<AsyncMutex<()>>;

pub struct Lanes {
    shards: Vec<Mutex<HashMap<LaneKey, Lane>>>,
}

impl Default for Lanes {
    fn default() -> Self {
        Self { shards: (0..SHARDS).map(|_| Mutex::default()).collect() }
    }
}

impl Lanes {
    /// Waits for all the lanes, in one order for everyone, so that no two callers wait for each other.
    pub async fn take(self: &Arc<Self>, mut keys: Vec<LaneKey>) -> HeldLanes {
        keys.sort_unstable();
        keys.dedup();
        let mut held = HeldLanes(Vec::with_capacity(keys.len()));
        for key in keys {
            let lane = Arc::clone(self.shard(key).entry(key).or_default());
            let guard = lane.lock_owned().await;
            held.0.push(HeldLane { lanes: Arc::clone(self), key, guard: Some(guard) });
        }
        held
    }

    fn shard(&self, key: LaneKey) -> MutexGuard<'_, HashMap<LaneKey, Lane>> {
        self.shards[key.0 as usize % SHARDS].lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lanes that are held; dropping them lets the next in.
#[derive(Default)]
pub struct HeldLanes(Vec<HeldLane>);

struct HeldLane {
    lanes: Arc<Lanes>,
    key: LaneKey,
    guard: Option<OwnedMutexGuard<()>>,
}

impl Drop for HeldLane {
    fn drop(&mut self) {
        self.guard.take();
        let mut shard = self.lanes.shard(self.key);
        // Only the map knows it: nobody waits, and nobody can begin to while the shard is locked.
        if shard.get(&self.key).is_some_and(|lane| Arc::strong_count(lane) == 1) {
            shard.remove(&self.key);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn a_lane_is_held_by_one_and_forgotten_by_all() {
        let lanes = Arc::new(Lanes::default());
        let (first, second) = (LaneKey::of("stream", &1), LaneKey::of("stream", &2));
        let held = lanes.take(vec![first, second, first]).await;
        let waiting = tokio::spawn({
            let lanes = Arc::clone(&lanes);
            async move { drop(lanes.take(vec![second]).await) }
        });
        tokio::task::yield_now().await;
        assert!(!waiting.is_finished());
        drop(held);
        waiting.await.unwrap();
        assert!(lanes.shards.iter().all(|shard| shard.lock().unwrap().is_empty()));
    }
}
