//! `GET /v0/{base}/{table}/{record}`.

use serde_json::json;
use support::airtable::{Program, kind, refusal};
use support::api::TestApi;

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_is_not_there_or_in_another_table_is_not_found() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let made = program.create("Clients", &[json!({ "Name": "A" })]).remove(0);
    program.get(&format!("/{}/Clients/{made}", program.base)).expect(200);
    for path in [format!("Clients/rec{:014}", 0), "Clients/nothing".into(), format!("Invoices/{made}")] {
        let answer = program.get(&format!("/{}/{path}", program.base));
        let words = "Record not found".to_owned();
        assert_eq!(refusal(&answer), (404, "MODEL_ID_NOT_FOUND".into(), Some(words)), "{path}");
    }
    let table = program.get(&format!("/{}/Nothing/{made}", program.base));
    assert_eq!(kind(&table), (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn every_cell_is_a_text_where_that_is_asked_for() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let made = program.create("Invoices", &[json!({ "Number": "1", "Amount": 2.5 })]).remove(0);
    let path = format!("/{}/Invoices/{made}?cellFormat=string", program.base);
    let texts = program.get(&format!("{path}&timeZone=Europe/Berlin&userLocale=en")).expect(200);
    assert_eq!(texts.at("/fields"), json!({ "Number": "1", "Amount": "2.50", "Twice": "5.0" }));
    assert_eq!(kind(&program.get(&path)), (422, "INVALID_REQUEST_UNKNOWN".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_reads_and_writes_the_tables_that_it_names_alone() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let made = program.create("Invoices", &[json!({ "Number": "1" })]).remove(0);
    let bases = json!({ program.base.as_str(): [program.table("Clients")] });
    let key = program.with_key(json!({ "scopes": ["bases:read", "bases:write"], "bases": bases }));
    key.create("Clients", &[json!({ "Name": "A" })]);
    key.get(&format!("/{}/Clients", program.base)).expect(200);
    let invoices = format!("/{}/Invoices", program.base);
    let hidden = (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND".to_owned());
    assert_eq!(kind(&key.get(&invoices)), hidden);
    assert_eq!(kind(&key.get(&format!("{invoices}/{made}"))), hidden);
    assert_eq!(kind(&key.send("POST", &invoices, json!({ "fields": {} }))), hidden);
    assert_eq!(kind(&key.call("DELETE", &format!("{invoices}/{made}")).send()), hidden);
}

/// A name that is linked to would become a record of the other table.
#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_names_tables_makes_no_record_of_another_by_linking_to_it() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let (clients, invoices) = (program.table("Clients"), program.table("Invoices"));
    let link =
        json!({ "name": "Bills", "type": "multipleRecordLinks", "options": { "linkedTableId": invoices } });
    program.send("POST", &format!("/meta/bases/{}/tables/{clients}/fields", program.base), link).expect(200);
    let bases = json!({ program.base.as_str(): [clients] });
    let key = program.with_key(json!({ "scopes": ["bases:read", "bases:write"], "bases": bases }));
    let body = json!({ "fields": { "Name": "A", "Bills": ["7"] }, "typecast": true });
    let path = format!("/{}/Clients", program.base);
    assert_eq!(kind(&key.send("POST", &path, body.clone())), (403, "INVALID_PERMISSIONS".into()));
    assert_eq!(program.get(&format!("/{}/Invoices", program.base)).expect(200).at("/records"), json!([]));
    program.send("POST", &path, body).expect(200);
    let made = program.get(&format!("/{}/Invoices", program.base)).expect(200);
    assert_eq!(made.text("/records/0/fields/Number"), "7");
}
