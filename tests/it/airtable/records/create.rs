//! `POST /v0/{base}/{table}`.

use serde_json::{Value, json};
use support::airtable::{Program, kind, refusal};
use support::api::TestApi;

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_answered_as_it_is_read_afterwards() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let invoices = format!("/{}/Invoices", program.base);
    let fields = json!({ "Number": "1", "Amount": 2.5, "Due": "2026-03-01" });
    let made = program.send("POST", &invoices, json!({ "fields": fields })).expect(200);
    let id = made.text("/id");
    assert!(id.starts_with("rec") && id.len() == 17, "{id}");
    assert!(made.text("/createdTime").ends_with(".000Z"), "{}", made.body);
    let with_twice = json!({ "Number": "1", "Amount": 2.5, "Due": "2026-03-01", "Twice": 5 });
    assert_eq!(made.at("/fields"), with_twice);
    let read = program.get(&format!("{invoices}/{id}")).expect(200);
    assert_eq!(read.json(), made.json());
    assert_eq!(program.get(&invoices).expect(200).at("/records/0"), made.json());
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_made_in_the_order_of_the_request_or_none_of_them() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let clients = format!("/{}/clients", program.base);
    let send = |records: Value| program.send("POST", &clients, json!({ "records": records }));
    let made = send(json!([{ "fields": { "Name": "A" } }, { "fields": {} }, { "fields": { "Name": null } }]));
    let made = made.expect(200);
    assert_eq!(
        [0, 1, 2].map(|at| made.at(&format!("/records/{at}/fields"))),
        [json!({ "Name": "A" }), json!({}), json!({})]
    );
    let unknown = send(json!([{ "fields": { "Name": "B" } }, { "fields": { "Colour": "red" } }]));
    let words = "Unknown field name: \"Colour\"".to_owned();
    assert_eq!(refusal(&unknown), (422, "UNKNOWN_FIELD_NAME".into(), Some(words)));
    let many: Vec<Value> = (0..11).map(|_| json!({ "fields": {} })).collect();
    assert_eq!(kind(&send(json!(many))), (422, "INVALID_RECORDS".into()));
    assert_eq!(program.get(&clients).expect(200).at("/records").as_array().map(Vec::len), Some(3));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_cell_cannot_hold_is_refused_and_made_to_fit_where_that_is_asked_for() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let send = |table: &str, fields: Value, typecast: bool| {
        let path = format!("/{}/{table}", program.base);
        program.send("POST", &path, json!({ "fields": fields, "typecast": typecast }))
    };
    assert_eq!(kind(&send("Invoices", json!({ "Amount": "3" }), false)).1, "INVALID_VALUE_FOR_COLUMN");
    assert_eq!(send("Invoices", json!({ "Amount": "3" }), true).expect(200).at("/fields/Amount"), json!(3));
    assert_eq!(kind(&send("Invoices", json!({ "Twice": 3 }), true)).1, "INVALID_VALUE_FOR_COLUMN");
    let farm = || json!({ "Name": "A", "Kind": "Farm" });
    assert_eq!(kind(&send("Clients", farm(), false)).1, "INVALID_MULTIPLE_CHOICE_OPTIONS");
    assert_eq!(send("Clients", farm(), true).expect(200).text("/fields/Kind"), "Farm");
    assert_eq!(kind(&send("Clients", json!(7), false)), (422, "INVALID_REQUEST_UNKNOWN".into()));
    let without = program.send("POST", &format!("/{}/Clients", program.base), json!({}));
    assert_eq!(kind(&without), (422, "INVALID_REQUEST_MISSING_FIELDS".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_may_be_called_by_their_ids_both_ways() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let schema = program.get(&format!("/meta/bases/{}/tables", program.base)).expect(200);
    let (table, field) = (schema.text("/tables/0/id"), schema.text("/tables/0/fields/0/id"));
    let path = format!("/{}/{table}", program.base);
    for (path, body) in [
        (path.clone(), json!({ "fields": { field.as_str(): "A" }, "returnFieldsByFieldId": true })),
        (format!("{path}?returnFieldsByFieldId=1"), json!({ "fields": { "Name": "A" } })),
    ] {
        let made = program.send("POST", &path, body).expect(200);
        assert_eq!(made.at("/fields"), json!({ field.as_str(): "A" }));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_under_the_same_key_makes_one_record() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let clients = format!("/{}/Clients", program.base);
    let body = json!({ "fields": { "Name": "A" } });
    let attempt = || program.call("POST", &clients).key("once").json(body.clone()).send().expect(200);
    assert_eq!(attempt().json(), attempt().json());
    assert_eq!(program.get(&clients).expect(200).at("/records").as_array().map(Vec::len), Some(1));
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_may_only_read_makes_none() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let reader = program.with_key(json!({ "scopes": ["bases:read"] }));
    let clients = format!("/{}/Clients", program.base);
    let refused = reader.send("POST", &clients, json!({ "fields": {} }));
    // As Airtable says it of a token without the scope.
    assert_eq!(kind(&refused), (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND".into()));
    assert_eq!(reader.get(&clients).expect(200).at("/records"), json!([]));
}
