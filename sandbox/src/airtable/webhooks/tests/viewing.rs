//! Whoever looks at a view is told what that view shows: the payloads of its hook, one after the other, give its records.

use std::collections::BTreeSet;

use domain::bases::ids::ViewId;
use proptest::prelude::*;

use super::office::{LARGE, PARTNERED, UNPAID, hook_id, table_id};
use super::*;

fn looking_at(view: &str) -> Office {
    Office::with_hook(json!({ "dataTypes": ["tableData"], "recordChangeScope": view }), json!({}))
}

/// What is told of a view, and that nothing is told beside.
fn seen(office: &mut Office, table: &str, view: &str) -> Value {
    let told = office.told();
    let seen = told["changedTablesById"][table]["changedViewsById"][view].clone();
    let whole = json!({ "changedTablesById": { table: { "changedViewsById": { view: seen } } } });
    assert_eq!(told, whole);
    seen
}

#[test]
fn a_record_that_enters_a_view_is_told_as_made_and_one_that_leaves_as_gone() {
    let mut office = looking_at(UNPAID);
    let invoice = office.create(INVOICES, json!([{ "Number": "1", "Paid": true }]))[0];
    assert_eq!(office.payloads(), Vec::<Value>::new(), "it is not in the view yet");
    office.patch(INVOICES, invoice, json!({ "Paid": false }));
    assert_eq!(
        seen(&mut office, INVOICES, UNPAID),
        json!({ "createdRecordsById": { invoice.as_str(): {
            "createdTime": "2026-03-01T12:00:00.000Z", "cellValuesByFieldId": { "fldNumber00000000": "1" } } } })
    );
    office.patch(INVOICES, invoice, json!({ "Amount": 2 }));
    let current = json!({ "current": { "cellValuesByFieldId": { "fldAmount00000000": 2 } } });
    let changed = json!({ "changedRecordsById": { invoice.as_str(): current } });
    assert_eq!(seen(&mut office, INVOICES, UNPAID), changed);
    office.patch(INVOICES, invoice, json!({ "Paid": true, "Amount": 3 }));
    assert_eq!(seen(&mut office, INVOICES, UNPAID), json!({ "destroyedRecordIds": [invoice] }));
}

#[test]
fn of_records_out_of_the_view_nothing_is_told() {
    let mut office = looking_at(UNPAID);
    let invoice = office.create(INVOICES, json!([{ "Number": "1", "Paid": true }]))[0];
    office.patch(INVOICES, invoice, json!({ "Number": "2" }));
    office.delete(INVOICES, &[invoice]);
    assert_eq!(office.payloads(), Vec::<Value>::new());
}

#[test]
fn a_record_enters_a_view_by_what_it_links_to() {
    let mut office = looking_at(LARGE);
    let invoice = office.create(INVOICES, json!([{ "Number": "1", "Amount": 2 }]))[0];
    let client = office.create(CLIENTS, json!([{ "Name": "Acme", "Invoices": [invoice] }]))[0];
    assert_eq!(office.payloads(), Vec::<Value>::new());
    office.patch(INVOICES, invoice, json!({ "Amount": 9 }));
    let made = seen(&mut office, CLIENTS, LARGE)["createdRecordsById"][client.as_str()].clone();
    assert_eq!(made["cellValuesByFieldId"]["fldName0000000000"], "Acme");
    office.patch(INVOICES, invoice, json!({ "Amount": 1 }));
    assert_eq!(seen(&mut office, CLIENTS, LARGE), json!({ "destroyedRecordIds": [client] }));
}

#[test]
fn each_type_of_change_is_of_the_view() {
    for (asked, expected) in [("add", 2), ("update", 0), ("remove", 2)] {
        let mut office = Office::new();
        let paid = office.create(INVOICES, json!([{ "Paid": true }]))[0];
        let scope =
            json!({ "dataTypes": ["tableData"], "recordChangeScope": UNPAID, "changeTypes": [asked] });
        office.hook(scope, json!({}));
        office.patch(INVOICES, paid, json!({ "Paid": false }));
        office.patch(INVOICES, paid, json!({ "Paid": true }));
        office.patch(INVOICES, paid, json!({ "Paid": false }));
        office.delete(INVOICES, &[paid]);
        assert_eq!(office.payloads().len(), expected, "{asked}");
    }
}

#[test]
fn what_a_filter_without_its_field_lets_through_enters_the_view() {
    let mut office = looking_at(UNPAID);
    let paid = office.create(INVOICES, json!([{ "Number": "1", "Paid": true }]))[0];
    office.delete_field("fldPaid0000000000");
    let made = seen(&mut office, INVOICES, UNPAID)["createdRecordsById"][paid.as_str()].clone();
    assert_eq!(made["cellValuesByFieldId"], json!({ "fldNumber00000000": "1" }));
}

#[derive(Debug, Clone)]
enum Deed {
    Bill { amount: u8, paid: bool, client: usize },
    Pay { which: usize, paid: bool },
    Price { which: usize, amount: Option<u8> },
    Move { which: usize, client: Option<usize> },
    Rename { which: usize, name: &'static str },
    Partner { which: usize, with: Option<usize> },
    Tear { which: usize },
    Part { which: usize },
}

fn deed() -> impl Strategy<Value = Deed> {
    let (which, amount) = (|| 0..8_usize, || 0..9_u8);
    let maybe = || prop::option::of(0..8_usize);
    prop_oneof![
        3 => (amount(), any::<bool>(), which())
            .prop_map(|(amount, paid, client)| Deed::Bill { amount, paid, client }),
        2 => (which(), any::<bool>()).prop_map(|(which, paid)| Deed::Pay { which, paid }),
        2 => (which(), prop::option::of(amount())).prop_map(|(which, amount)| Deed::Price { which, amount }),
        2 => (which(), maybe()).prop_map(|(which, client)| Deed::Move { which, client }),
        1 => (which(), prop::sample::select(vec!["Acme", "Beta"]))
            .prop_map(|(which, name)| Deed::Rename { which, name }),
        2 => (which(), maybe()).prop_map(|(which, with)| Deed::Partner { which, with }),
        1 => which().prop_map(|which| Deed::Tear { which }),
        1 => which().prop_map(|which| Deed::Part { which }),
    ]
}

impl Office {
    fn some(&self, table: &str, which: usize) -> Option<RecordId> {
        let ids: Vec<_> = self.tables.records(table_id(table)).map(|record| record.id).collect();
        ids.get(which % ids.len().max(1)).copied()
    }

    fn act(&mut self, deed: &Deed) {
        let clients = |office: &Self, which: Option<usize>| {
            which.and_then(|which| office.some(CLIENTS, which)).into_iter().collect::<Vec<_>>()
        };
        let (table, which, fields) = match deed {
            Deed::Bill { amount, paid, client } => {
                let client = clients(self, Some(*client));
                self.create(INVOICES, json!([{ "Amount": amount, "Paid": paid, "Client": client }]));
                return;
            }
            Deed::Tear { which } => return self.remove(INVOICES, *which),
            Deed::Part { which } => return self.remove(CLIENTS, *which),
            Deed::Pay { which, paid } => (INVOICES, which, json!({ "Paid": paid })),
            Deed::Price { which, amount } => (INVOICES, which, json!({ "Amount": amount })),
            Deed::Move { which, client } => (INVOICES, which, json!({ "Client": clients(self, *client) })),
            Deed::Rename { which, name } => (CLIENTS, which, json!({ "Name": name })),
            Deed::Partner { which, with } => (CLIENTS, which, json!({ "Partners": clients(self, *with) })),
        };
        if let Some(id) = self.some(table, *which) {
            self.patch(table, id, fields);
        }
    }

    fn remove(&mut self, table: &str, which: usize) {
        if let Some(id) = self.some(table, which) {
            self.delete(table, &[id]);
        }
    }

    fn shown(&self, table: &str, view: &str) -> BTreeSet<RecordId> {
        let (reading, view) = (self.tables.at(self.clock), ViewId::parse(view).unwrap());
        let records = self.tables.records(table_id(table)).filter(|record| reading.shows(view, record));
        records.map(|record| record.id).collect()
    }
}

/// Follows a view by what its hook is told. Nothing comes twice, and nothing goes or changes that is not there.
fn follow(followed: &mut BTreeSet<RecordId>, payload: &Value, table: &str, view: &str) {
    let told = &payload["changedTablesById"][table]["changedViewsById"][view];
    let id = |text: &str| RecordId::parse(text).unwrap();
    for record in told["createdRecordsById"].as_object().into_iter().flat_map(|made| made.keys()) {
        assert!(followed.insert(id(record)), "{record} came twice");
    }
    for record in told["changedRecordsById"].as_object().into_iter().flat_map(|changed| changed.keys()) {
        assert!(followed.contains(&id(record)), "{record} changed elsewhere");
    }
    for record in told["destroyedRecordIds"].as_array().into_iter().flatten() {
        assert!(followed.remove(&id(record.as_str().unwrap())), "{record} went twice");
    }
}

const VIEWS: [(u128, &str, &str); 4] =
    [(1, INVOICES, UNPAID), (2, CLIENTS, LARGE), (3, CLIENTS, PARTNERED), (4, CLIENTS, "viwGrid0000000000")];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn the_payloads_of_a_view_give_its_records_whatever_is_done(deeds in prop::collection::vec(deed(), 1..30)) {
        let mut office = Office::new();
        office.create(CLIENTS, json!([{ "Name": "Acme" }, { "Name": "Beta" }, {}]));
        office.create(INVOICES, json!([{ "Paid": true }, { "Amount": 7 }]));
        for (number, _, view) in VIEWS {
            let filters = json!({ "dataTypes": ["tableData"], "recordChangeScope": view });
            let new = office.new_hook(number, json!({ "options": { "filters": filters } }));
            office.hooks.create(new).unwrap();
        }
        let mut followed = VIEWS.map(|(_, table, view)| (1, office.shown(table, view)));
        for deed in deeds {
            office.act(&deed);
            for ((number, table, view), (cursor, records)) in VIEWS.iter().zip(&mut followed) {
                let hook = office.hooks.find(Viewer::Person, hook_id(*number), office.clock).unwrap();
                let page = hook.payloads(office.clock, Some(*cursor), None).unwrap();
                for payload in &page.payloads {
                    follow(records, &serde_json::from_str(payload).unwrap(), table, view);
                }
                *cursor = page.cursor;
                prop_assert_eq!(&*records, &office.shown(table, view), "{} after {:?}", view, deed);
            }
        }
    }
}
