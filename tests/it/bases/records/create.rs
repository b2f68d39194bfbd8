//! `POST /v1/bases/{base}/tables/{table}/records`.

use serde_json::{Value, json};

use super::{Firm, fault, ids};

#[tokio::test(flavor = "multi_thread")]
async fn records_are_answered_as_they_are_read_afterwards() {
    let firm = Firm::open().await;
    let rows = json!([{ "fields": { "Number": "1", "Amount": 2.5 } }, { "fields": {} }]);
    let made = firm.send("POST", &firm.invoices, json!({ "records": rows })).expect(201);
    assert_eq!(made.at("/records/0/fields"), json!({ "Number": "1", "Amount": 2.5, "Twice": 5 }));
    assert_eq!((made.at("/ids/0"), made.at("/created")), (made.at("/records/0/id"), made.at("/ids")));
    assert_eq!(firm.get(&firm.invoices).expect(200).at("/data"), made.at("/records"));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_does_not_wait_gets_ids_and_a_position_to_wait_for() {
    let firm = Firm::open().await;
    let body = json!({ "records": [{ "fields": { "Number": "1" } }] });
    let made = firm.send("POST", &format!("{}?wait=false", firm.invoices), body).expect(201);
    assert_eq!(made.json().get("records"), None);
    let position = made.header("airtide-position").expect("a position").to_owned();
    let read = firm.get(&format!("{}/{}?wait_for={position}", firm.invoices, ids(&made)[0])).expect(200);
    assert_eq!(read.at("/fields"), json!({ "Number": "1", "Twice": 0 }));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hundred_are_made_at_once_and_no_more_and_none_of_a_request_that_is_refused() {
    let firm = Firm::open().await;
    let send = |records: Vec<Value>| firm.send("POST", &firm.clients, json!({ "records": records }));
    let row = json!({ "fields": { "Name": "A" } });
    assert_eq!(ids(&send(vec![row.clone(); 100]).expect(201)).len(), 100);
    let refused = [
        (vec![row.clone(); 101], "invalid"),
        (vec![], "invalid"),
        (vec![row.clone(), json!({ "fields": { "Colour": "red" } })], "no_such_field"),
        (vec![row.clone(), json!({ "fields": { "Name": 3 } })], "bad_value"),
        (vec![row, json!({ "fields": { "Kind": "Farm" } })], "no_such_choice"),
    ];
    for (records, code) in refused {
        assert_eq!(send(records).expect(422).text("/code"), code);
    }
    let computed = json!({ "records": [{ "fields": { "Twice": 3 } }] });
    assert_eq!(firm.send("POST", &firm.invoices, computed).expect(422).text("/code"), "field_computed");
    assert_eq!(fault(&send(vec![])), ("/records".into(), "empty".into()));
    assert_eq!(firm.get(&format!("{}?limit=100", firm.clients)).expect(200).at("/next_cursor"), Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_answered_from_its_first_attempt_whatever_that_made_on_the_way() {
    let firm = Firm::open().await;
    let body = json!({ "records": [{ "fields": { "Name": "A", "Kind": "Farm" } }], "typecast": true });
    let attempt = || firm.call("POST", &firm.clients).key("one").json(body.clone()).send().expect(201);
    let (first, again) = (attempt(), attempt());
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(first.json(), again.json());
    assert_eq!(first.header("airtide-position"), again.header("airtide-position"));
    assert_eq!(firm.get(&firm.clients).expect(200).at("/data"), first.at("/records"));
    let other = json!({ "records": [{ "fields": { "Name": "B" } }] });
    let reused = firm.call("POST", &firm.clients).key("one").json(other).send().expect(422);
    assert_eq!(reused.text("/code"), "key_reused");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_that_was_just_added_takes_records_at_once() {
    let firm = Firm::open().await;
    let tables = firm.clients.rsplitn(3, '/').last().expect("tables").to_owned();
    let table = json!({ "name": "Things", "fields": [{ "name": "Name", "type": "singleLineText" }] });
    let id = firm.send("POST", &tables, table).expect(201).text("/id");
    let body = json!({ "records": [{ "fields": { "Name": "A" } }] });
    firm.send("POST", &format!("{tables}/{id}/records"), body).expect(201);
}
