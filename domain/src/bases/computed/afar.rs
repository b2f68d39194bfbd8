//! Cells that only Airtable can work out, and that look at other records. Unsettled: that nobody tells of them when only those others
//! changed. So it is said here who is to be asked.

use std::collections::BTreeSet;

use super::Computed;
use super::recipe::Work;
use super::references::fields_of;
use crate::bases::formula::Formula;
use crate::bases::ids::{FieldId, TableId};
use crate::bases::schema::{Base, Field, FieldType, Table};

/// Over so many links it is looked. What is farther away waits until everything is read again.
pub const LINKS_MAX: usize = 4;

/// Who looks at a record that changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Looking {
    /// Of the records that look.
    pub table: TableId,
    /// Whose cells, in the record that is looked at, name them.
    pub named_by: FieldId,
    /// What may read otherwise of them now.
    pub fields: BTreeSet<FieldId>,
}

impl Computed {
    /// Whether nobody but Airtable can work a field out.
    pub fn is_only_told(&self, field: &Field) -> bool {
        let may_work = matches!(field.kind, FieldType::Formula(_) | FieldType::Rollup(_));
        may_work && !field.kind.is_broken() && self.work(field.id).is_none()
    }

    /// Where what is only told hangs on these fields of the records of a table, however far away. A link without an inverse names nobody.
    pub fn looking_at(&self, base: &Base, table: TableId, changed: &BTreeSet<FieldId>) -> Vec<Looking> {
        self.looking(base, table, changed, LINKS_MAX)
    }

    fn looking(&self, base: &Base, seen: TableId, changed: &BTreeSet<FieldId>, links: usize) -> Vec<Looking> {
        let mut looking = Vec::new();
        for table in &base.tables {
            for (link, named_by) in links_to(table, seen) {
                let fields = self.reached(base, table, (link, seen), changed);
                if !fields.is_empty() && self.leads_on(base, table, &fields, links) {
                    looking.push(Looking { table: table.id, named_by, fields });
                }
            }
        }
        looking
    }

    fn leads_on(&self, base: &Base, table: &Table, fields: &BTreeSet<FieldId>, links: usize) -> bool {
        let told = table.fields.iter().any(|field| fields.contains(&field.id) && self.is_only_told(field));
        told || (links > 1 && !self.looking(base, table.id, fields, links - 1).is_empty())
    }

    /// What looks at the changed fields through a link, and the formulas that hang on that.
    fn reached(
        &self,
        base: &Base,
        table: &Table,
        (link, seen): (FieldId, TableId),
        changed: &BTreeSet<FieldId>,
    ) -> BTreeSet<FieldId> {
        let looks = table.fields.iter().filter(|field| {
            looks_at(&field.kind).is_some_and(|(through, at)| through == link && changed.contains(&at))
        });
        let mut reached: BTreeSet<_> = looks.map(|field| field.id).collect();
        // A link is read as names.
        if base.table(seen).is_some_and(|seen| changed.contains(&seen.primary_field_id)) {
            reached.insert(link);
        }
        while let Some(field) = table.fields.iter().find(|field| {
            !reached.contains(&field.id) && self.read_by(field).iter().any(|read| reached.contains(read))
        }) {
            reached.insert(field.id);
        }
        reached
    }

    /// The fields of its own record that a formula reads.
    fn read_by(&self, field: &Field) -> Vec<FieldId> {
        let FieldType::Formula(options) = &field.kind else { return Vec::new() };
        match self.work(field.id) {
            Some(Work::Formula(recipe)) => fields_of(&recipe.formula),
            _ => options.referenced_field_ids.clone().unwrap_or_else(|| {
                Formula::restore(&options.formula).map(|formula| fields_of(&formula)).unwrap_or_default()
            }),
        }
    }
}

fn links_to(table: &Table, to: TableId) -> impl Iterator<Item = (FieldId, FieldId)> {
    table.fields.iter().filter_map(move |field| match &field.kind {
        FieldType::MultipleRecordLinks(link) if link.linked_table_id == to => {
            Some((field.id, link.inverse_link_field_id?))
        }
        _ => None,
    })
}

/// Through which link, and at which field there.
fn looks_at(kind: &FieldType) -> Option<(FieldId, FieldId)> {
    match kind {
        FieldType::Rollup(options) => options.record_link_field_id.zip(options.field_id_in_linked_table),
        FieldType::MultipleLookupValues(options) => {
            options.record_link_field_id.zip(options.field_id_in_linked_table)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::bases::samples;

    fn ids(base: &Base, names: &[&str]) -> BTreeSet<FieldId> {
        let fields = || base.tables.iter().flat_map(|table| &table.fields);
        names.iter().map(|name| fields().find(|field| field.name == *name).unwrap().id).collect()
    }

    fn looking(base: &Base, table: &str, changed: &[&str]) -> Vec<Looking> {
        let table = base.tables.iter().find(|it| it.name == table).unwrap().id;
        Computed::of(base).looking_at(base, table, &ids(base, changed))
    }

    /// A lookup of the clients, told only, stands in the invoices.
    fn farther() -> Base {
        let mut base = samples::base();
        let told = ids(&base, &["Told"]).first().copied();
        for field in base.tables.iter_mut().flat_map(|table| &mut table.fields) {
            match &mut field.kind {
                FieldType::Rollup(options) if field.name == "Told" => {
                    options.formula = Some("SUM(values)".into())
                }
                FieldType::MultipleLookupValues(options) if field.name == "Payer" => {
                    options.field_id_in_linked_table = told;
                }
                FieldType::Formula(options) if field.name == "Word" => {
                    options.formula = "NOTHING_KNOWN(".into();
                    options.referenced_field_ids = Some(vec![FieldId::parse("fldPayer000000000").unwrap()]);
                }
                _ => {}
            }
        }
        base
    }

    #[test]
    fn whose_cells_are_only_told_looks_at_what_they_are_made_of() {
        let base = samples::base();
        let found = looking(&base, "Invoices", &["Amount", "Due"]);
        let [Looking { table, named_by, fields }] = &found[..] else { panic!("{found:?}") };
        assert_eq!(base.table(*table).unwrap().name, "Clients");
        assert_eq!(*named_by, *ids(&base, &["Client"]).first().unwrap());
        assert!(fields.is_superset(&ids(&base, &["Told", "Total", "Amounts", "Label"])));
    }

    #[test]
    fn what_is_worked_out_here_asks_nobody() {
        let base = samples::base();
        assert_eq!(looking(&base, "Invoices", &["Due"]), []);
        assert_eq!(looking(&base, "Clients", &["Name"]), []);
    }

    #[test]
    fn it_is_looked_over_several_links() {
        let base = farther();
        let found = looking(&base, "Invoices", &["Amount"]);
        assert_eq!(found.iter().map(|it| it.named_by).collect::<BTreeSet<_>>(), ids(&base, &["Client"]));
        let next = looking(&base, "Clients", &["Told"]);
        assert_eq!(next.iter().map(|it| it.named_by).collect::<BTreeSet<_>>(), ids(&base, &["Invoices"]));
        assert!(next[0].fields.is_superset(&ids(&base, &["Payer", "Word"])));
    }
}
