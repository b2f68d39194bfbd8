//! Buckets that one node keeps for itself. Their number is bounded: those that were not asked for lately are forgotten,
//! which fills them.

use std::hash::{BuildHasher, Hash, RandomState};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Instant;

use quick_cache::sync::Cache;

use super::bucket::Standing;
use super::policy::Policy;

const REMEMBERED_MAX: usize = 100_000;

pub(super) struct Memory {
    /// Drawn anew by each process, so that nobody can look for two callers with one bucket.
    hasher: RandomState,
    begun: Instant,
    /// When each bucket is full, in microseconds since the beginning.
    buckets: Cache<u64, Arc<AtomicU64>>,
}

impl Memory {
    pub fn new() -> Self {
        Self::remembering(REMEMBERED_MAX)
    }

    fn remembering(buckets_max: usize) -> Self {
        Self { hasher: RandomState::new(), begun: Instant::now(), buckets: Cache::new(buckets_max) }
    }

    /// Takes a unit for whoever `subject` is.
    pub fn take(&self, policy: &Policy, subject: impl Hash) -> Standing {
        let now = u64::try_from(self.begun.elapsed().as_micros()).unwrap_or(u64::MAX);
        let bucket = self.bucket(self.hasher.hash_one((policy.name, subject)));
        let taken = |full_at| policy.pace.taken(full_at, now);
        match bucket.fetch_update(Ordering::Relaxed, Ordering::Relaxed, taken) {
            Ok(before) => {
                let full_at = taken(before).unwrap_or(before);
                policy.pace.standing(true, full_at.saturating_sub(now))
            }
            Err(full_at) => policy.pace.standing(false, full_at.saturating_sub(now)),
        }
    }

    fn bucket(&self, key: u64) -> Arc<AtomicU64> {
        if let Some(bucket) = self.buckets.get(&key) {
            return bucket;
        }
        let full = || Ok::<_, std::convert::Infallible>(Arc::default());
        self.buckets.get_or_insert_with(&key, full).unwrap_or_default()
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::super::bucket::Pace;
    use super::*;

    fn policy(name: &'static str) -> Policy {
        Policy { name, pace: Pace::new(1, Duration::from_secs(3600), 3) }
    }

    #[test]
    fn everybody_has_a_bucket_of_their_own_for_each_limit() {
        let memory = Memory::new();
        let (login, register) = (policy("login"), policy("register"));
        let left = |policy, subject: &str| memory.take(policy, subject).left;
        assert_eq!([left(&login, "ana"), left(&login, "ana"), left(&login, "ana")], [2, 1, 0]);
        assert!(!memory.take(&login, "ana").allowed);
        assert_eq!((left(&login, "ben"), left(&register, "ana")), (2, 2));
    }

    #[test]
    fn many_at_once_get_no_more_than_there_is() {
        let (memory, policy) = (Memory::new(), policy("login"));
        let asks = || (0..100).filter(|_| memory.take(&policy, "ana").allowed).count();
        let allowed: usize = std::thread::scope(|scope| {
            let asking: Vec<_> = (0..4).map(|_| scope.spawn(asks)).collect();
            asking.into_iter().map(|asking| asking.join().unwrap()).sum()
        });
        assert_eq!(allowed, 3);
    }

    #[test]
    fn strangers_without_number_take_no_memory_without_end() {
        let (memory, policy) = (Memory::remembering(100), policy("login"));
        for stranger in 0..10_000 {
            memory.take(&policy, stranger);
        }
        assert!(memory.buckets.len() <= 100, "{} buckets", memory.buckets.len());
    }
}
