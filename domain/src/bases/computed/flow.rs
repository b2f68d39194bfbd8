//! Which records hang on which: what is to be at hand to work a record out, and whom a change of one concerns.

use super::recipe::{Path, Work};
use super::references::fields_of;
use crate::bases::id_map::IdMap;
use crate::bases::ids::{FieldId, TableId};
use crate::bases::schema::{Base, Table};

/// By what is written in the schema alone; links are named by their fields.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Flow {
    followed: IdMap<TableId, Vec<FieldId>>,
    seen_through: IdMap<FieldId, Vec<FieldId>>,
    named_by: IdMap<FieldId, Vec<FieldId>>,
}

impl Flow {
    pub fn of(base: &Base, works: &IdMap<FieldId, Work>) -> Self {
        let mut flow = Self::default();
        for table in &base.tables {
            for work in table.fields.iter().filter_map(|field| works.get(&field.id)) {
                flow.add(base, table, work);
            }
        }
        flow
    }

    /// Links that are followed from a record of a table to work out its cells.
    pub fn followed(&self, table: TableId) -> &[FieldId] {
        listed(&self.followed, table)
    }

    /// Links through which a field is looked at by records that link to its own.
    pub fn seen_through(&self, field: FieldId) -> &[FieldId] {
        listed(&self.seen_through, field)
    }

    /// Links that are read as the names of the records in them, by the primary field that names these.
    pub fn named_by(&self, primary: FieldId) -> &[FieldId] {
        listed(&self.named_by, primary)
    }

    /// Whether the cells of a link are read as names.
    pub fn is_read_as_names(&self, link: FieldId) -> bool {
        self.named_by.values().any(|links| links.contains(&link))
    }

    fn add(&mut self, base: &Base, table: &Table, work: &Work) {
        match work {
            Work::Lookup(path) => self.add_path(base, table, *path),
            Work::Rollup(path, _) => self.add_path(base, table, *path),
            Work::Formula(recipe) => {
                for field in fields_of(&recipe.formula) {
                    if self.add_names(base, field) {
                        add(&mut self.followed, table.id, field);
                    }
                }
            }
        }
    }

    fn add_path(&mut self, base: &Base, table: &Table, path: Path) {
        add(&mut self.followed, table.id, path.link);
        add(&mut self.seen_through, path.field, path.link);
        self.add_names(base, path.field);
    }

    /// Whether it is a link, which is read as names.
    fn add_names(&mut self, base: &Base, field: FieldId) -> bool {
        let linked = base.link(field).and_then(|link| base.table(link.linked_table_id));
        if let Some(linked) = linked {
            add(&mut self.named_by, linked.primary_field_id, field);
        }
        linked.is_some()
    }
}

fn listed<K: Eq + std::hash::Hash>(map: &IdMap<K, Vec<FieldId>>, key: K) -> &[FieldId] {
    map.get(&key).map(Vec::as_slice).unwrap_or_default()
}

fn add<K: Eq + std::hash::Hash>(map: &mut IdMap<K, Vec<FieldId>>, key: K, field: FieldId) {
    let fields = map.entry(key).or_default();
    if !fields.contains(&field) {
        fields.push(field);
    }
}
