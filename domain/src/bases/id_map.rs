//! Maps by ids, quicker than those of the standard library: ids are drawn by lot, and whoever makes some that collide
//! slows only a base of their own.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

pub type IdMap<K, V> = HashMap<K, V, BuildHasherDefault<IdHasher>>;

#[derive(Default)]
pub struct IdHasher(u64);

/// Odd, with its bits spread: 2^64 by the golden ratio.
const SPREAD: u64 = 0x9e37_79b9_7f4a_7c15;

impl IdHasher {
    fn add(&mut self, word: u64) {
        self.0 = (self.0.rotate_left(23) ^ word).wrapping_mul(SPREAD);
    }
}

impl Hasher for IdHasher {
    fn write(&mut self, bytes: &[u8]) {
        let (words, rest) = bytes.as_chunks::<8>();
        words.iter().for_each(|word| self.add(u64::from_le_bytes(*word)));
        rest.iter().for_each(|byte| self.add(u64::from(*byte)));
    }

    fn write_usize(&mut self, number: usize) {
        self.add(number as u64);
    }

    /// The upper bits are the well mixed ones, and a map looks at both ends.
    fn finish(&self) -> u64 {
        self.0 ^ (self.0 >> 32)
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;
    use std::hash::BuildHasher;

    use uuid::Uuid;

    use super::*;
    use crate::bases::ids::{FieldId, Mint};

    #[test]
    fn ids_are_told_apart_in_either_half() {
        let mut mint = Mint::new(Uuid::nil());
        let ids: Vec<FieldId> = (0..10_000).map(|_| mint.make()).collect();
        let build = BuildHasherDefault::<IdHasher>::default();
        let hashes: Vec<u64> = ids.iter().map(|id| build.hash_one(id)).collect();
        let lower: BTreeSet<_> = hashes.iter().map(|hash| hash & 0xffff).collect();
        let upper: BTreeSet<_> = hashes.iter().map(|hash| hash >> 57).collect();
        assert!(lower.len() > 8_500, "{} of 65,536 are met", lower.len());
        assert_eq!(upper.len(), 128);
    }
}
