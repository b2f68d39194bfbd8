//! `performUpsert`: rows for whichever records have the same values.

use serde_json::{Value, json};
use support::airtable::{Program, kind};
use support::api::TestApi;

#[tokio::test(flavor = "multi_thread")]
async fn a_row_goes_to_the_record_with_the_same_value_or_to_a_new_one() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let ids = program.create("Clients", &[json!({ "Name": "A" }), json!({ "Name": "B" }), json!({})]);
    let clients = format!("/{}/Clients", program.base);
    let send = |merge_on: Value, rows: Value| {
        let body = json!({ "performUpsert": { "fieldsToMergeOn": merge_on }, "records": rows });
        program.send("PATCH", &clients, body)
    };
    let named = |name: &str| json!({ "fields": { "Name": name, "Kind": "Shop" } });
    let done = send(json!(["Name"]), json!([named("B"), named("C")])).expect(200);
    assert_eq!(done.at("/updatedRecords"), json!([ids[1]]));
    assert_eq!(done.at("/createdRecords"), json!([done.text("/records/1/id")]));
    assert_eq!(done.at("/records/0/fields"), json!({ "Name": "B", "Kind": "Shop" }));
    // Nothing is the same as nothing.
    let blank = send(json!(["Name"]), json!([{ "fields": { "Name": null, "Kind": "Shop" } }])).expect(200);
    assert_eq!(blank.at("/updatedRecords"), json!([]));
    // A row with an id is for that record.
    let by_id = json!([{ "id": ids[0], "fields": { "Name": "Z" } }]);
    assert_eq!(send(json!(["Name"]), by_id).expect(200).at("/updatedRecords"), json!([ids[0]]));
    program.create("Clients", &[json!({ "Name": "B" })]);
    assert_eq!(kind(&send(json!(["Name"]), json!([named("B")]))), (422, "INVALID_REQUEST_UNKNOWN".into()));
    assert_eq!(kind(&send(json!([]), json!([named("B")]))), (422, "INVALID_REQUEST_UNKNOWN".into()));
    assert_eq!(kind(&send(json!(["Colour"]), json!([named("B")]))), (422, "UNKNOWN_FIELD_NAME".into()));
}
