//! What views show, record by record.

use super::*;
use crate::bases::ids::ViewId;

fn view(text: &str) -> ViewId {
    ViewId::parse(text).unwrap()
}

/// An office with a view of clients that shows what its filter lets through.
fn with_view(filter: &str) -> Office {
    let mut base = samples::base();
    let owner = base.tables.iter_mut().find(|table| table.name == CLIENTS).unwrap();
    let seen = json!({ "id": "viwSeen0000000000", "name": "Seen", "type": "grid", "filter": filter });
    owner.views.push(serde_json::from_value(seen).unwrap());
    Office { tables: Tables::new(base, vec![]), ..Office::new() }
}

/// The names of the clients that a view shows.
fn shown(office: &Office, id: &str) -> Vec<String> {
    let (table, reading) = (office.table(CLIENTS), office.read());
    let records = office.tables.records(table).filter(|record| reading.shows(view(id), record));
    records.map(|record| reading.name_of(table, record)).collect()
}

#[test]
fn a_view_shows_the_records_that_its_filter_lets_through() {
    let mut office = Office::new();
    let rows = json!([{ "Name": "a", "Status": "Open" }, { "Name": "b" }, { "Name": "c", "Status": "Open" }]);
    let clients = office.create(CLIENTS, rows).unwrap();
    assert_eq!(shown(&office, "viwOpen0000000000"), ["a", "c"]);
    office.patch(CLIENTS, clients[0], json!({ "Status": "Done" })).unwrap();
    office.patch(CLIENTS, clients[1], json!({ "Status": "Open" })).unwrap();
    assert_eq!(shown(&office, "viwOpen0000000000"), ["b", "c"]);
    assert_eq!(shown(&office, "viwGrid0000000000"), ["a", "b", "c"], "one without a filter shows all");
}

#[test]
fn a_filter_sees_linked_records_and_an_error_keeps_a_record_out() {
    let mut office = with_view("1 / {fldTotal000000000} < 1");
    let invoice = office.create(INVOICES, json!([{ "Amount": 5 }])).unwrap()[0];
    office.create(CLIENTS, json!([{ "Name": "a", "Invoices": [invoice] }, { "Name": "b" }])).unwrap();
    assert_eq!(shown(&office, "viwSeen0000000000"), ["a"]);
    office.patch(INVOICES, invoice, json!({ "Amount": 0.5 })).unwrap();
    assert_eq!(shown(&office, "viwSeen0000000000"), Vec::<String>::new());
}

#[test]
fn what_a_view_shows_is_what_a_list_of_it_holds() {
    let mut office = Office::new();
    let rows = (0..10)
        .map(|row| json!({ "Name": row.to_string(), "Status": if row % 3 == 0 { "Open" } else { "Done" } }));
    office.create(CLIENTS, rows.collect()).unwrap();
    let (table, reading) = (office.table(CLIENTS), office.read());
    let query = list::Query { view: Some("Open ones".into()), ..list::Query::default() };
    let listing = list::Listing::freeze(&reading, table, &query).unwrap();
    assert_eq!((listing.len(), shown(&office, "viwOpen0000000000").len()), (4, 4));
}

#[test]
fn only_what_looks_at_linked_records_is_filtered_by_others() {
    for (filter, others) in [
        ("{fldStatus00000000} = \"Open\"", false),
        ("{fldCount000000000} > 1", false),
        ("LAST_MODIFIED_TIME() > {fldSince000000000}", false),
        ("{fldTotal000000000} > 1", true),
        ("{fldLabel000000000} = \"\"", true),
        ("{fldPartners000000} = \"Acme\"", true),
    ] {
        let office = with_view(filter);
        let seen = view("viwSeen0000000000");
        assert!(office.tables.is_filtered(seen), "{filter}");
        assert_eq!(office.tables.is_filtered_by_others(seen), others, "{filter}");
    }
    assert!(!Office::new().tables.is_filtered(view("viwGrid0000000000")));
}
