//! How deep one has to go to work a field out: down in its formula, and on into the formulas of the fields it reads.

use std::collections::{HashMap, HashSet};

use super::recipe::Work;
use super::references::references;
use crate::bases::ids::FieldId;
use crate::bases::schema::Base;

/// Steps down, over all formulas on the way. The deepest single formula stays below it; a test holds what it takes
/// against the stack of a worker. Unsettled: Airtable surely has another bound.
pub const HEIGHT_MAX: usize = 1_100;

/// What going from one field to the next takes of the stack, in steps of a formula.
const STEPS_OF_A_REFERENCE: usize = 12;

type Heights = HashMap<FieldId, usize>;

/// The fields that come to an end: not hanging on themselves, and not too deep.
pub fn sound(base: &Base, works: &HashMap<FieldId, Work>) -> HashSet<FieldId> {
    let fields = base.tables.iter().flat_map(|table| &table.fields).map(|field| field.id);
    let mut open: Vec<_> = fields.map(|field| Reading::of(base, field, works.get(&field))).collect();
    let mut heights = Heights::new();
    // Each round goes one field further up; those in a circle, and all above them, are never reached.
    for _ in 0..=HEIGHT_MAX / STEPS_OF_A_REFERENCE {
        let before = open.len();
        let found: Heights = open.iter().filter_map(|it| Some((it.field, it.height(&heights)?))).collect();
        open.retain(|it| !found.contains_key(&it.field));
        heights.extend(found);
        if open.len() == before {
            break;
        }
    }
    heights.retain(|_, height| *height <= HEIGHT_MAX);
    heights.into_keys().collect()
}

/// A field and what it reads.
struct Reading {
    field: FieldId,
    steps: usize,
    reads: Vec<FieldId>,
}

impl Reading {
    fn of(base: &Base, field: FieldId, work: Option<&Work>) -> Self {
        let steps = STEPS_OF_A_REFERENCE + work.map_or(0, steps);
        Self { field, steps, reads: references(base, field, work) }
    }

    /// Once the heights of all that it reads are known.
    fn height(&self, heights: &Heights) -> Option<usize> {
        let mut below = self.reads.iter().map(|field| heights.get(field).copied());
        below.try_fold(0, |most, height| Some(height?.max(most))).map(|below| below + self.steps)
    }
}

fn steps(work: &Work) -> usize {
    match work {
        Work::Formula(recipe) | Work::Rollup(_, recipe) => recipe.formula.height(),
        Work::Lookup(_) => 0,
    }
}
