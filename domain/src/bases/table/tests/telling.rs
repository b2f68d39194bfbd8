//! What is told of tables makes tables that show the same, whatever happened to them before.

use proptest::prelude::*;

use super::logged::{Doing, doing};
use super::properties::office;
use super::*;
use crate::bases::ids::FieldId;

fn retold(tables: &Tables) -> Tables {
    let mut retold = Tables::new(tables.base().clone(), tables.people.clone());
    tables.telling().for_each(|edit| retold.apply(&edit));
    retold
}

/// Every list of links that a field shows.
fn links(tables: &Tables) -> Vec<(FieldId, RecordId, Vec<RecordId>)> {
    let fields = |table: &crate::bases::schema::Table| {
        let fields = table.fields.iter().map(|field| field.id).collect::<Vec<_>>();
        tables.records(table.id).flat_map(move |record| {
            fields.clone().into_iter().map(|field| (field, record.id, tables.linked(field, record.id)))
        })
    };
    tables.base().tables.iter().flat_map(fields).collect::<Vec<_>>()
}

fn records(tables: &Tables) -> Vec<&Record> {
    tables.base().tables.iter().flat_map(|table| tables.records(table.id)).collect()
}

proptest! {
    #[test]
    fn tables_that_are_told_show_the_same_again(doings in prop::collection::vec(doing(), 1..10)) {
        let mut office = office();
        doings.iter().for_each(|doing: &Doing| office.carry_on(doing));
        let again = retold(&office.tables);
        prop_assert_eq!(links(&again), links(&office.tables));
        prop_assert_eq!(records(&again).len(), records(&office.tables).len());
        for (found, original) in records(&again).into_iter().zip(records(&office.tables)) {
            prop_assert_eq!((found.id, found.number), (original.id, original.number));
            prop_assert_eq!((&found.created, &found.cells), (&original.created, &original.cells));
            for field in original.cells.keys() {
                prop_assert_eq!(found.edited.get(field), original.edited.get(field));
            }
            for (field, stamp) in &found.edited {
                prop_assert_eq!(Some(stamp), original.edited.get(field), "nothing is told that was not so");
            }
        }
    }
}

#[test]
fn each_record_is_made_before_any_is_edited_and_each_edit_is_of_one() {
    let mut office = Office::new();
    office.create(CLIENTS, json!([{ "Name": "Acme", "Notes": "Old" }])).unwrap();
    let acme = office.ids(CLIENTS)[0];
    office.patch(CLIENTS, acme, json!({ "Notes": "New" })).unwrap();
    office.create(INVOICES, json!([{ "Number": "1", "Client": [acme] }])).unwrap();
    let told: Vec<Edit> = office.tables.telling().collect();
    let made = |edit: &Edit| matches!(edit.changes[0], Change::RecordCreated { .. });
    assert_eq!(told.iter().map(made).collect::<Vec<_>>(), [true, true, false]);
    assert_eq!(told[0].changes.len(), 3, "made, named, and linked from this side: {:?}", told[0].changes);
    assert_eq!(told[1].changes.len(), 2, "the link is known: {:?}", told[1].changes);
    assert_eq!(told[2].changes.len(), 1, "{:?}", told[2].changes);
    assert_eq!(
        told[2].stamp.at,
        office.tables.record(office.table(CLIENTS), acme).unwrap().last_edit(None).unwrap().at
    );
}
