//! `DELETE` of records.

use serde_json::json;
use support::airtable::{Program, kind};
use support::api::TestApi;

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_was_deleted_is_not_there_any_more() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let id = program.create("Clients", &[json!({ "Name": "A" })]).remove(0);
    let path = format!("/{}/Clients/{id}", program.base);
    let gone = program.call("DELETE", &path).send().expect(200);
    assert_eq!(gone.json(), json!({ "id": id, "deleted": true }));
    assert_eq!(kind(&program.get(&path)), (404, "MODEL_ID_NOT_FOUND".into()));
    assert_eq!(kind(&program.call("DELETE", &path).send()), (404, "MODEL_ID_NOT_FOUND".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_deleted_or_none_of_them() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    let ids = program.create("Clients", &[json!({}), json!({}), json!({})]);
    let delete = |query: &str| program.call("DELETE", &format!("/{}/Clients?{query}", program.base)).send();
    let left = || program.get(&format!("/{}/Clients", program.base)).expect(200).at("/records");
    let missing = delete(&format!("records[]={}&records[]=rec00000000000000", ids[0]));
    assert_eq!(kind(&missing), (422, "ROW_DOES_NOT_EXIST".into()));
    for query in ["".to_owned(), format!("records={}", ids[0])] {
        assert_eq!(kind(&delete(&query)), (422, "INVALID_RECORDS".into()), "{query}");
    }
    assert_eq!(left().as_array().map(Vec::len), Some(3));
    let gone = delete(&format!("records[]={}&records[]={}", ids[2], ids[0])).expect(200);
    let told = |id: &str| json!({ "id": id, "deleted": true });
    assert_eq!(gone.at("/records"), json!([told(&ids[2]), told(&ids[0])]));
    assert_eq!(left()[0]["id"], json!(ids[1]));
}
