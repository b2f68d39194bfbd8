//! Which records an edit touches: those it names, those at the other end of the links it changes, and those that link to
//! what it deletes, as payloads show both tables. Unsettled: that they do, and that a cell which only looks at a touched
//! record from afar (a lookup, a rollup) is not told.

use std::collections::{BTreeMap, BTreeSet};

use domain::bases::ids::{FieldId, RecordId, TableId};
use domain::bases::schema::{Base, FieldType, LinkOptions};
use domain::bases::table::{Change, Edit, Tables};

pub type Touched = BTreeMap<TableId, BTreeSet<RecordId>>;

pub fn touched(tables: &Tables, base: &Base, edit: &Edit) -> Touched {
    let mut touched = Touched::new();
    let mut deleted = Touched::new();
    for change in &edit.changes {
        match change {
            Change::ChoiceAdded { .. } => {}
            Change::RecordCreated { table, record, .. } | Change::CellSet { table, record, .. } => {
                touched.entry(*table).or_default().insert(*record);
            }
            Change::Linked { table, record, field, removed, added } => {
                touched.entry(*table).or_default().insert(*record);
                if let Some(link) = base.link(*field).filter(|link| link.inverse_link_field_id.is_some()) {
                    touched.entry(link.linked_table_id).or_default().extend(removed.iter().chain(added));
                }
            }
            Change::RecordDeleted { table, record } => {
                touched.entry(*table).or_default().insert(*record);
                deleted.entry(*table).or_default().insert(*record);
            }
        }
    }
    for (owner, linkers) in linkers(tables, base, &deleted) {
        touched.entry(owner).or_default().extend(linkers);
    }
    touched
}

/// Who links to records of these.
fn linkers(tables: &Tables, base: &Base, deleted: &Touched) -> Touched {
    let mut linkers = Touched::new();
    for (owner, field, link) in links(base) {
        let Some(gone) = deleted.get(&link.linked_table_id) else { continue };
        let found = match link.inverse_link_field_id {
            Some(inverse) => gone.iter().flat_map(|record| tables.linked(inverse, *record)).collect(),
            None => one_sided(tables, owner, field, gone),
        };
        linkers.entry(owner).or_default().extend(found);
    }
    linkers
}

fn links(base: &Base) -> impl Iterator<Item = (TableId, FieldId, &LinkOptions)> {
    let fields = base.tables.iter().flat_map(|table| table.fields.iter().map(|field| (table.id, field)));
    fields.filter_map(|(table, field)| match &field.kind {
        FieldType::MultipleRecordLinks(link) => Some((table, field.id, link)),
        _ => None,
    })
}

/// Where no inverse says who links to a record, all are asked.
fn one_sided(
    tables: &Tables,
    owner: TableId,
    field: FieldId,
    gone: &BTreeSet<RecordId>,
) -> BTreeSet<RecordId> {
    let ids = tables.records(owner).map(|record| record.id);
    ids.filter(|id| tables.linked(field, *id).iter().any(|linked| gone.contains(linked))).collect()
}
