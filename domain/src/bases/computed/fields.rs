//! Where each field of a base stands.

use std::collections::HashMap;

use crate::bases::ids::FieldId;
use crate::bases::schema::Base;

/// Which table of the base, and which of its fields.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    pub table: usize,
    pub field: usize,
}

#[derive(Debug, Clone, Default, PartialEq)]
pub struct Places(HashMap<FieldId, Place>);

impl Places {
    pub fn of(base: &Base) -> Self {
        let fields = base.tables.iter().enumerate().flat_map(|(table, it)| {
            it.fields.iter().enumerate().map(move |(place, field)| (field.id, Place { table, field: place }))
        });
        Self(fields.collect())
    }

    pub fn of_field(&self, field: FieldId) -> Option<Place> {
        self.0.get(&field).copied()
    }
}
