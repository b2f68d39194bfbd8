//! The part of a happening that a specification lets through.

mod records;
mod tables;

use super::part::Part;
use super::specification::Scope;
use super::{Happening, Specification};

#[derive(Default)]
pub struct Told {
    /// Tables and fields.
    pub schema: Vec<Part>,
    /// One for each record, which are told in several payloads where they are many.
    pub records: Vec<Part>,
}

impl Told {
    pub fn of(happening: &Happening, specification: &Specification) -> Self {
        let mut told = Told::default();
        if !specification.hears_of(&happening.origin) {
            return told;
        }
        for (id, table) in &happening.changed_tables {
            if specification.covers(*id) {
                tables::changed(&mut told, specification, *id, table);
                records::changed(&mut told, specification, *id, table);
            }
        }
        if specification.scope() == Scope::Base {
            for (id, table) in &happening.created_tables {
                tables::created(&mut told, specification, *id, table);
            }
            tables::destroyed(&mut told, specification, happening);
        }
        told
    }

    pub fn is_empty(&self) -> bool {
        self.schema.is_empty() && self.records.is_empty()
    }
}

fn further<'a>(way: &[&'a str], steps: &[&'a str]) -> Vec<&'a str> {
    [way, steps].concat()
}
