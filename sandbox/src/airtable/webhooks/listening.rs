//! What the hooks of a base listen for in an edit, all together: only that is read before and after it.

use std::collections::BTreeSet;

use domain::bases::ids::{TableId, ViewId};
use domain::bases::schema::{Base, Field};

use super::Specification;
use super::specification::Scope;

/// Of hooks that hear of an edit.
pub struct Listening<'a> {
    specifications: Vec<&'a Specification>,
}

/// A field whose cells are told to somebody.
#[derive(Debug, Clone, Copy)]
pub struct Heard<'a> {
    pub field: &'a Field,
    /// Whether somebody is told what was in its cells before.
    pub previous: bool,
    /// Whether somebody is told of its cells though they did not change.
    pub unchanged: bool,
}

impl<'a> Listening<'a> {
    pub fn new(specifications: impl Iterator<Item = &'a Specification>) -> Self {
        Self { specifications: specifications.collect() }
    }

    /// Whether nobody is told anything.
    pub fn is_empty(&self) -> bool {
        self.specifications.is_empty()
    }

    /// Whether somebody is told of the records of a table.
    pub fn to_records_of(&self, table: TableId) -> bool {
        self.of(table).next().is_some()
    }

    /// The fields of a table whose cells are told.
    pub fn to_fields_of<'b>(&self, base: &'b Base, table: TableId) -> Vec<Heard<'b>> {
        let asking: Vec<_> = self.of(table).collect();
        let fields = base.table(table).into_iter().flat_map(|table| &table.fields);
        fields.filter_map(|field| Heard::by(&asking, field)).collect()
    }

    /// The views that are looked at, each with its table.
    pub fn to_views(&self) -> BTreeSet<(TableId, ViewId)> {
        let views = self.specifications.iter().filter(|one| one.asks_for_data());
        let views = views.filter_map(|one| match one.scope() {
            Scope::View { table, view } => Some((table, view)),
            Scope::Base | Scope::Table(_) => None,
        });
        views.collect()
    }

    fn of(&self, table: TableId) -> impl Iterator<Item = &'a Specification> {
        let asking = self.specifications.iter().copied();
        asking.filter(move |one| one.asks_for_data() && one.covers(table))
    }
}

impl<'b> Heard<'b> {
    fn by(asking: &[&Specification], field: &'b Field) -> Option<Self> {
        let includes = |one: &&&Specification| one.includes(field.id);
        let told = asking.iter().filter(|one| one.watches_data_in(field.id) || includes(one));
        let mut told = told.peekable();
        told.peek()?;
        let previous = told.any(|one| one.previous_cells);
        Some(Self { field, previous, unchanged: asking.iter().any(|one| includes(&one)) })
    }
}
