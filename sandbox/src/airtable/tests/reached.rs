//! Whoever has a token is let in as its person, and whoever has none is not.

use serde_json::json;

use super::harness::Sandbox;
use super::seed::{ANA, BEN, PAINT, TASKS};

#[tokio::test]
async fn a_token_is_its_person_and_anything_else_is_nobody() {
    let sandbox = Sandbox::start().await;
    for (token, id) in [(ANA, "usrAna00000000000"), (BEN, "usrBen00000000000")] {
        assert_eq!(sandbox.as_token(token).get("/v0/meta/whoami").await.ok()["id"], id);
    }
    let nobody = sandbox.as_token("patNobody").get("/v0/meta/whoami").await;
    assert_eq!(nobody.error(), (401, "AUTHENTICATION_REQUIRED".into()));
}

#[tokio::test]
async fn a_record_is_replaced_whole_and_changed_in_part() {
    let sandbox = Sandbox::start().await;
    let path = format!("{TASKS}/{PAINT}");
    let patched = sandbox.patch(&path, json!({ "fields": { "Hours": 2 } })).await.ok();
    assert_eq!((&patched["fields"]["Hours"], &patched["fields"]["Status"]), (&json!(2), &json!("Open")));
    let put = sandbox.put(&path, json!({ "fields": { "Name": "Paint" } })).await.ok();
    assert_eq!(put["fields"], json!({ "Name": "Paint", "Twice": 0 }));
    assert_eq!(sandbox.effects().await, ["record.updated", "record.updated"]);
}
