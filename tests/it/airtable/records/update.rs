//! `PATCH` and `PUT` of records, by their ids.

use serde_json::{Value, json};
use support::airtable::{Program, kind};
use support::api::TestApi;

#[tokio::test(flavor = "multi_thread")]
async fn a_patch_keeps_what_it_leaves_out_and_a_put_empties_it() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let id =
        program.create("Invoices", &[json!({ "Number": "1", "Amount": 2, "Due": "2026-03-01" })]).remove(0);
    let path = format!("/{}/Invoices/{id}", program.base);
    let change = |method: &str, fields: Value| {
        let answer = program.send(method, &path, json!({ "fields": fields })).expect(200);
        assert_eq!(answer.json(), program.get(&path).expect(200).json());
        answer.at("/fields")
    };
    let patched = change("PATCH", json!({ "Amount": 3, "Due": null }));
    assert_eq!(patched, json!({ "Number": "1", "Amount": 3, "Twice": 6 }));
    let put = change("PUT", json!({ "Amount": 4 }));
    assert_eq!(put, json!({ "Amount": 4, "Twice": 8 }));
    // The same again changes nothing and is answered the same.
    assert_eq!(change("PATCH", json!({ "Amount": 4 })), put);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_changed_in_the_order_of_the_request_or_none_of_them() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let ids = program.create("Clients", &[json!({ "Name": "A" }), json!({ "Name": "B" })]);
    let clients = format!("/{}/Clients", program.base);
    let row = |id: &str, name: &str| json!({ "id": id, "fields": { "Name": name } });
    let send = |method: &str, rows: Value| program.send(method, &clients, json!({ "records": rows }));
    let changed = send("PATCH", json!([row(&ids[1], "D"), row(&ids[0], "C")])).expect(200);
    assert_eq!(
        (changed.text("/records/0/id"), changed.text("/records/1/fields/Name")),
        (ids[1].clone(), "C".into())
    );
    send("PUT", json!([row(&ids[0], "E")])).expect(200);
    let refused = |rows: Value| kind(&send("PATCH", rows));
    let missing = json!([row(&ids[0], "F"), row("rec00000000000000", "G")]);
    assert_eq!(refused(missing), (422, "ROW_DOES_NOT_EXIST".into()));
    assert_eq!(refused(json!([row(&ids[0], "F"), row(&ids[0], "G")])), (422, "INVALID_RECORDS".into()));
    assert_eq!(refused(json!([{ "fields": { "Name": "F" } }])), (422, "INVALID_REQUEST_UNKNOWN".into()));
    let names = program.get(&clients).expect(200);
    assert_eq!([0, 1].map(|at| names.text(&format!("/records/{at}/fields/Name"))), ["E", "D"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_in_an_address_that_is_not_there_is_not_found() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let path = format!("/{}/Clients/rec00000000000000", program.base);
    for method in ["PATCH", "PUT"] {
        let answer = program.send(method, &path, json!({ "fields": {} }));
        assert_eq!(kind(&answer), (404, "MODEL_ID_NOT_FOUND".into()), "{method}");
    }
}
