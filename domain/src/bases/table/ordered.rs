//! A list of records without repetition, in which finding, adding and taking away are quick at any length.

use std::collections::BTreeMap;

use crate::bases::ids::RecordId;

#[derive(Debug, Clone, Default)]
pub struct Ordered {
    next: u64,
    records: BTreeMap<u64, RecordId>,
    places: BTreeMap<RecordId, u64>,
}

impl Ordered {
    pub fn iter(&self) -> impl Iterator<Item = RecordId> {
        self.records.values().copied()
    }

    pub fn len(&self) -> usize {
        self.records.len()
    }

    pub fn is_empty(&self) -> bool {
        self.records.is_empty()
    }

    /// Puts a record at the end, unless it is there.
    pub fn push(&mut self, record: RecordId) {
        if !self.places.contains_key(&record) {
            self.places.insert(record, self.next);
            self.records.insert(self.next, record);
            self.next += 1;
        }
    }

    pub fn remove(&mut self, record: RecordId) {
        if let Some(place) = self.places.remove(&record) {
            self.records.remove(&place);
        }
    }
}

impl PartialEq for Ordered {
    fn eq(&self, other: &Self) -> bool {
        self.records.values().eq(other.records.values())
    }
}
