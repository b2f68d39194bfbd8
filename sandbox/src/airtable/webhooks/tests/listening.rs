//! Of an edit, only what some hook listens for is looked at: a client that is linked to thousands of invoices is not read
//! for one more when nobody is told of it.

use super::office::{field_id, table_id};
use super::*;

fn linked(office: &mut Office) -> (RecordId, Happening) {
    let client = office.create(CLIENTS, json!([{ "Name": "Acme" }]))[0];
    let invoice = office.create(INVOICES, json!([{ "Number": "1", "Amount": 2 }]))[0];
    (client, office.patch(INVOICES, invoice, json!({ "Client": [client] })))
}

#[test]
fn a_table_out_of_every_scope_is_not_looked_at() {
    let filters = json!({ "dataTypes": ["tableData"], "recordChangeScope": INVOICES });
    let mut office = Office::with_hook(filters, json!({}));
    let (_, happening) = linked(&mut office);
    assert_eq!(happening.changed_tables.keys().collect::<Vec<_>>(), [&table_id(INVOICES)]);
}

#[test]
fn only_fields_that_are_watched_or_included_are_looked_at() {
    let filters = json!({ "dataTypes": ["tableData"], "watchDataInFieldIds": ["fldCount000000000"] });
    let includes = json!({ "includeCellValuesInFieldIds": ["fldName0000000000"] });
    let mut office = Office::with_hook(filters, includes);
    let (client, happening) = linked(&mut office);
    let record = &happening.changed_tables[&table_id(CLIENTS)].changed_records[&client];
    assert_eq!(record.changed.keys().collect::<Vec<_>>(), [&field_id("fldCount000000000")]);
    assert_eq!(record.unchanged.keys().collect::<Vec<_>>(), [&field_id("fldName0000000000")]);
}

#[test]
fn what_was_there_before_is_said_for_who_wants_it_alone() {
    for (wanted, expected) in [(false, None), (true, Some(json!("Acme")))] {
        let includes = json!({ "includePreviousCellValues": wanted });
        let mut office = Office::with_hook(json!({ "dataTypes": ["tableData"] }), includes);
        let client = office.create(CLIENTS, json!([{ "Name": "Acme" }]))[0];
        let happening = office.patch(CLIENTS, client, json!({ "Name": "Beta" }));
        let record = &happening.changed_tables[&table_id(CLIENTS)].changed_records[&client];
        assert_eq!(record.changed[&field_id("fldName0000000000")].previous, expected);
    }
}

#[test]
fn hooks_that_hear_of_something_else_let_nothing_be_looked_at() {
    for filters in [
        json!({ "dataTypes": ["tableFields"] }),
        json!({ "dataTypes": ["tableData"], "fromSources": ["automation"] }),
    ] {
        let mut office = Office::with_hook(filters.clone(), json!({}));
        assert!(linked(&mut office).1.is_empty(), "{filters}");
    }
}

#[test]
fn what_one_hook_wants_does_not_reach_another() {
    let mut office = Office::with_hook(
        json!({ "dataTypes": ["tableData"], "watchDataInFieldIds": ["fldNumber00000000"] }),
        json!({}),
    );
    let other = json!({ "options": { "filters": { "dataTypes": ["tableData"] },
        "includes": { "includeCellValuesInFieldIds": "all", "includePreviousCellValues": true } } });
    let new = office.new_hook(2, other);
    office.hooks.create(new).unwrap();
    let invoice = office.create(INVOICES, json!([{ "Number": "1", "Amount": 2 }]))[0];
    office.patch(INVOICES, invoice, json!({ "Number": "2" }));
    let current = json!({ "current": { "cellValuesByFieldId": { "fldNumber00000000": "2" } } });
    assert_eq!(office.told()["changedTablesById"][INVOICES]["changedRecordsById"][invoice.as_str()], current);
}
