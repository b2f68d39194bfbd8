//! What is done to work a field out.

use std::collections::HashMap;
use std::sync::Arc;

use super::nature;
use crate::bases::formula::{Fields, Formula};
use crate::bases::ids::{FieldId, ViewId};
use crate::bases::schema::{Base, Field, FieldType, Table};

/// What the formula of a rollup calls the linked cells.
pub const VALUES: &str = "values";

#[derive(Debug, Clone, PartialEq)]
pub enum Work {
    Formula(Recipe),
    Rollup(Path, Recipe),
    Lookup(Path),
}

#[derive(Debug, Clone, PartialEq)]
pub struct Recipe {
    pub formula: Formula,
    /// Whether a list that comes of it stays one. What is several in one cell, as links, is text instead.
    pub listed: bool,
}

/// A field of the records that another field links to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Path {
    pub link: FieldId,
    pub field: FieldId,
}

/// Of all fields that can be understood; circles are not looked for here.
pub fn works(base: &Base) -> HashMap<FieldId, Work> {
    let fields = base.tables.iter().flat_map(|table| table.fields.iter().map(move |field| (table, field)));
    fields.filter_map(|(table, field)| Some((field.id, work(base, table, field)?))).collect()
}

fn work(base: &Base, table: &Table, field: &Field) -> Option<Work> {
    match &field.kind {
        FieldType::Formula(options) if options.is_valid => {
            let formula = stored(table, &options.formula)?;
            let listed = nature::of_formula(base, &formula).listed;
            Some(Work::Formula(Recipe { formula, listed }))
        }
        FieldType::Rollup(options) if options.is_valid => {
            let path = path(base, table, options.record_link_field_id?, options.field_id_in_linked_table?)?;
            let formula = Formula::read(options.formula.as_deref()?, &Values).ok()?;
            let listed = nature::of_rollup(base, &formula, path.field).listed;
            Some(Work::Rollup(path, Recipe { formula, listed }))
        }
        FieldType::MultipleLookupValues(options) => {
            let path = path(base, table, options.record_link_field_id?, options.field_id_in_linked_table?)?;
            Some(Work::Lookup(path))
        }
        _ => None,
    }
}

/// The link must stand in the table, and the field in the table that is linked.
pub fn path(base: &Base, table: &Table, link: FieldId, field: FieldId) -> Option<Path> {
    table.field(link)?;
    base.table(base.link(link)?.linked_table_id)?.field(field)?;
    Some(Path { link, field })
}

pub fn filters(base: &Base) -> HashMap<ViewId, Formula> {
    let views = base.tables.iter().flat_map(|table| table.views.iter().map(move |view| (table, view)));
    views.filter_map(|(table, view)| Some((view.id, stored(table, view.filter.as_deref()?)?))).collect()
}

/// A formula of which all fields are there.
fn stored(table: &Table, text: &str) -> Option<Formula> {
    let formula = Formula::restore(text).ok()?;
    let there = |id: &Arc<str>| table.fields.iter().any(|field| field.id.as_str() == &**id);
    formula.dependencies().fields.iter().all(there).then_some(formula)
}

/// The only name that the formula of a rollup knows.
pub struct Values;

impl Fields for Values {
    fn id_of(&self, written: &str) -> Option<Arc<str>> {
        written.eq_ignore_ascii_case(VALUES).then(|| VALUES.into())
    }

    fn name_of(&self, id: &str) -> Option<Arc<str>> {
        (id == VALUES).then(|| VALUES.into())
    }
}
