//! How the computed fields of a base are worked out: their formulas as they were understood, and which of them cannot
//! be worked out at all, because they hang on themselves or on what is not there. Made anew whenever the schema changes.

mod afar;
mod complete;
mod fields;
mod flow;
mod height;
mod nature;
mod others;
mod recipe;
mod references;
mod result;
mod volatile;

pub use afar::{LINKS_MAX, Looking};
pub use fields::Place;
pub use flow::Flow;
pub use recipe::{Path, Recipe, VALUES, Work};
pub use references::{break_off, broken_without, follow};

use std::collections::HashSet;

use fields::Places;

use super::formula::Formula;
use super::id_map::IdMap;
use super::ids::{FieldId, ViewId};
use super::schema::Base;

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Computed {
    places: Places,
    works: IdMap<FieldId, Work>,
    /// Fields that hang on themselves, or are too deep.
    endless: HashSet<FieldId>,
    filters: IdMap<ViewId, Formula>,
    /// Fields whose cells change by the mere passing of time.
    volatile: HashSet<FieldId>,
    flow: Flow,
}

impl Computed {
    pub fn of(base: &Base) -> Self {
        let works = recipe::works(base);
        let sound = height::sound(base, &works);
        let (works, endless): (IdMap<_, _>, IdMap<_, _>) =
            works.into_iter().partition(|(field, _)| sound.contains(field));
        let endless = endless.into_keys().collect();
        let (volatile, flow) = (volatile::of(base, &works), Flow::of(base, &works));
        Self { places: Places::of(base), works, endless, filters: recipe::filters(base), volatile, flow }
    }

    /// Nothing for a field that is not computed, or cannot be worked out.
    pub fn work(&self, field: FieldId) -> Option<&Work> {
        self.works.get(&field)
    }

    /// Whether a field would be worked out for ever.
    pub fn is_endless(&self, field: FieldId) -> bool {
        self.endless.contains(&field)
    }

    /// Whether a field reads otherwise as time goes by.
    pub fn is_volatile(&self, field: FieldId) -> bool {
        self.volatile.contains(&field)
    }

    /// Whether what is worked out of a field lasts until something is changed.
    pub fn is_lasting(&self, field: FieldId) -> bool {
        self.works.contains_key(&field) && !self.is_volatile(field)
    }

    /// Which records hang on which.
    pub fn flow(&self) -> &Flow {
        &self.flow
    }

    pub fn place(&self, field: FieldId) -> Option<Place> {
        self.places.of_field(field)
    }

    /// The filter of a view that has one. Unsettled: one that speaks of a field that is gone lets everything through.
    pub fn filter(&self, view: ViewId) -> Option<&Formula> {
        self.filters.get(&view)
    }

    /// Whether what a view shows may change with records that are not among them.
    pub fn filter_reads_others(&self, base: &Base, view: ViewId) -> bool {
        self.filter(view).is_some_and(|filter| others::reads_others(base, &self.works, filter))
    }
}

#[cfg(test)]
mod tests;
