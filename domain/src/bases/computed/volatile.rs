//! Fields that hang on the time at which they are read.

use std::collections::HashSet;

use super::recipe::Work;
use super::references::references;
use crate::bases::id_map::IdMap;
use crate::bases::ids::FieldId;
use crate::bases::schema::Base;

/// Through links as well: what they are called may change with time.
pub fn of(base: &Base, works: &IdMap<FieldId, Work>) -> HashSet<FieldId> {
    let fields = || base.tables.iter().flat_map(|table| &table.fields).map(|field| field.id);
    let mut volatile: HashSet<_> =
        fields().filter(|field| works.get(field).is_some_and(reads_the_time)).collect();
    if volatile.is_empty() {
        return volatile;
    }
    loop {
        let hangs = |field: &FieldId| {
            references(base, *field, works.get(field)).iter().any(|read| volatile.contains(read))
        };
        let found: Vec<_> = fields().filter(|field| !volatile.contains(field) && hangs(field)).collect();
        if found.is_empty() {
            return volatile;
        }
        volatile.extend(found);
    }
}

fn reads_the_time(work: &Work) -> bool {
    match work {
        Work::Formula(recipe) | Work::Rollup(_, recipe) => recipe.formula.dependencies().now,
        Work::Lookup(_) => false,
    }
}
