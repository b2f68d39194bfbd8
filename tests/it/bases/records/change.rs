//! `PATCH /v1/bases/{base}/tables/{table}/records`.

use serde_json::{Value, json};

use super::{Firm, fault, ids};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_named_is_changed_and_the_rest_stays() {
    let firm = Firm::open().await;
    let id = firm.bill(&[json!({ "Number": "1", "Amount": 2, "Due": "2026-03-01" })]).remove(0);
    let body = json!({ "records": [{ "id": id, "fields": { "Amount": 4, "Due": null } }] });
    let changed = firm.send("PATCH", &firm.invoices, body).expect(200);
    assert_eq!(changed.at("/records/0/fields"), json!({ "Number": "1", "Amount": 4, "Twice": 8 }));
    assert_eq!((changed.at("/ids"), changed.at("/created")), (json!([id]), json!([])));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_that_names_what_is_not_there_changes_nothing() {
    let firm = Firm::open().await;
    let id = firm.bill(&[json!({ "Number": "1" })]).remove(0);
    let change = |other: &str| {
        let rows = json!([{ "id": id, "fields": { "Number": "2" } }, { "id": other, "fields": {} }]);
        firm.send("PATCH", &firm.invoices, json!({ "records": rows })).expect(422).text("/code")
    };
    assert_eq!(change("rec00000000000000"), "no_such_record");
    assert_eq!(change(&id), "record_named_twice");
    let nameless = json!({ "records": [{ "fields": {} }] });
    let nameless = firm.send("PATCH", &firm.invoices, nameless).expect(422);
    assert_eq!(fault(&nameless), ("/records/0/id".into(), "missing".into()));
    assert_eq!(firm.numbers(), ["1"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upsert_finds_who_is_there_and_makes_the_rest_once() {
    let firm = Firm::open().await;
    let known = firm.bill(&[json!({ "Number": "1", "Amount": 1 })]).remove(0);
    let row = |number: &str| json!({ "fields": { "Number": number, "Amount": 5 } });
    let body = json!({ "records": [row("1"), row("2")], "upsert": { "merge_on": ["Number"] } });
    let attempt = || firm.call("PATCH", &firm.invoices).key("one").json(body.clone()).send().expect(200);
    let (first, again) = (attempt(), attempt());
    assert_eq!(first.json(), again.json());
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let all = ids(&first);
    assert_eq!((&all[0], first.at("/created")), (&known, json!([all[1]])));
    assert_eq!(firm.numbers(), ["1", "2"]);
    firm.bill(&[json!({ "Number": "2" })]);
    let many = firm.send("PATCH", &firm.invoices, body).expect(409);
    assert_eq!(many.text("/code"), "merge_matches_many");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_nobody_waited_for_is_changed_right_after() {
    let firm = Firm::open().await;
    for at in 0..5 {
        let body = json!({ "records": [{ "fields": { "Number": at.to_string() } }] });
        let made = firm.send("POST", &format!("{}?wait=false", firm.invoices), body).expect(201);
        let body = json!({ "records": [{ "id": ids(&made)[0], "fields": { "Amount": at } }] });
        let changed = firm.send("PATCH", &firm.invoices, body).expect(200);
        assert_eq!(changed.at("/records/0/fields/Amount"), json!(at));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_changes_nothing_is_answered_all_the_same() {
    let firm = Firm::open().await;
    let id = firm.bill(&[json!({ "Number": "1" })]).remove(0);
    let body = json!({ "records": [{ "id": id, "fields": { "Number": "1" } }] });
    let same = firm.send("PATCH", &firm.invoices, body).expect(200);
    assert_eq!(same.text("/records/0/fields/Number"), "1");
    assert!(same.header("airtide-position").is_some());
    assert_eq!(same.json().get("errors"), None::<&Value>);
}
