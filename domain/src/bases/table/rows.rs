//! The records of a table, in the order they were made in, and found by id.

use std::collections::BTreeMap;

use super::Record;
use crate::bases::id_map::IdMap;
use crate::bases::ids::RecordId;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Rows {
    /// By number; the id parts those that were told of with the same one.
    records: BTreeMap<(u64, RecordId), Record>,
    numbers: IdMap<RecordId, u64>,
    last_number: u64,
}

impl Rows {
    pub fn get(&self, id: RecordId) -> Option<&Record> {
        self.records.get(&(*self.numbers.get(&id)?, id))
    }

    pub fn get_mut(&mut self, id: RecordId) -> Option<&mut Record> {
        self.records.get_mut(&(*self.numbers.get(&id)?, id))
    }

    pub fn contains(&self, id: RecordId) -> bool {
        self.numbers.contains_key(&id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Record> {
        self.records.values()
    }

    pub fn iter_mut(&mut self) -> impl Iterator<Item = &mut Record> {
        self.records.values_mut()
    }

    /// The number the last record got.
    pub fn last_number(&self) -> u64 {
        self.last_number
    }

    /// Those to come are numbered on from here.
    pub fn begin_after(&mut self, number: u64) {
        self.last_number = self.last_number.max(number);
    }

    pub fn insert(&mut self, record: Record) {
        self.remove(record.id);
        self.last_number = self.last_number.max(record.number);
        self.numbers.insert(record.id, record.number);
        self.records.insert((record.number, record.id), record);
    }

    pub fn remove(&mut self, id: RecordId) -> Option<Record> {
        let number = self.numbers.remove(&id)?;
        self.records.remove(&(number, id))
    }
}
