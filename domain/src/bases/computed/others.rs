//! Whether a formula reads records other than its own.

use std::collections::HashSet;

use super::recipe::Work;
use super::references::fields_of;
use crate::bases::formula::Formula;
use crate::bases::id_map::IdMap;
use crate::bases::ids::FieldId;
use crate::bases::schema::Base;

/// Through links, whose cells are read as names, and through what looks at linked records; whatever formulas stand
/// between.
pub fn reads_others(base: &Base, works: &IdMap<FieldId, Work>, formula: &Formula) -> bool {
    let mut known = HashSet::new();
    let mut open = fields_of(formula);
    while let Some(field) = open.pop() {
        if !known.insert(field) {
            continue;
        }
        match works.get(&field) {
            Some(Work::Formula(recipe)) => open.extend(fields_of(&recipe.formula)),
            Some(Work::Rollup(..) | Work::Lookup(_)) => return true,
            None if base.link(field).is_some() => return true,
            None => {}
        }
    }
    false
}
