//! The bases that a key is limited to, by the ids that Airtable's clients use. What is not named is not open.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::bases::ids::{BaseId, TableId};

pub const BASES_MAX: usize = 100;
/// Of all of the bases together.
pub const TABLES_MAX: usize = 1_000;

/// Each with the tables that are open in it; without a list, all of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct NamedBases(BTreeMap<BaseId, Option<BTreeSet<TableId>>>);

impl NamedBases {
    pub fn opens(&self, base: BaseId) -> bool {
        self.0.contains_key(&base)
    }

    pub fn opens_table(&self, base: BaseId, table: TableId) -> bool {
        let tables = self.0.get(&base);
        tables.is_some_and(|tables| tables.as_ref().is_none_or(|named| named.contains(&table)))
    }

    /// Whether all of a base is open.
    pub fn opens_all_of(&self, base: BaseId) -> bool {
        self.0.get(&base).is_some_and(Option::is_none)
    }

    pub fn ids(&self) -> impl Iterator<Item = BaseId> {
        self.0.keys().copied()
    }

    /// Whether it names something, and no more than may be named.
    pub(super) fn is_sound(&self) -> bool {
        let tables = || self.0.values().flatten();
        (1..=BASES_MAX).contains(&self.0.len())
            && tables().all(|named| !named.is_empty())
            && tables().map(BTreeSet::len).sum::<usize>() <= TABLES_MAX
    }
}
