//! Tables and fields as programs make them.

use serde_json::{Value, json};

use super::harness::Sandbox;

const TABLES: &str = "/v0/meta/bases/appOffice00000000/tables";

#[tokio::test]
async fn a_field_that_is_called_like_the_id_of_another_is_answered_itself() {
    let sandbox = Sandbox::start().await;
    let draft = json!({ "name": "fldHours000000000", "type": "singleLineText" });
    let created = sandbox.post(&format!("{TABLES}/Tasks/fields"), draft).await.ok();
    assert_eq!((&created["name"], &created["type"]), (&json!("fldHours000000000"), &json!("singleLineText")));
    let tables = sandbox.get(TABLES).await.ok();
    let fields: &Vec<Value> = tables["tables"][0]["fields"].as_array().unwrap();
    assert!(fields.contains(&created));
}
