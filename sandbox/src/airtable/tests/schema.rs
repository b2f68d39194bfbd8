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

#[tokio::test]
async fn how_days_hang_on_each_other_is_kept_and_taken_away() {
    let sandbox = Sandbox::start().await;
    let table = format!("{TABLES}/Tasks");
    let settings = json!({ "isEnabled": true, "shouldSkipWeekendsAndHolidays": true });
    let set = json!({ "dateDependencySettings": settings, "name": "Chores" });
    let changed = sandbox.patch(&table, set).await.ok();
    assert_eq!((&changed["dateDependencySettings"], &changed["name"]), (&settings, &json!("Chores")));
    let chores = format!("{TABLES}/Chores");
    let refused = sandbox.patch(&chores, json!({ "dateDependencySettings": 5, "name": "Tasks" })).await;
    assert_eq!(refused.error(), (422, "INVALID_REQUEST_UNKNOWN".into()));
    let taken = json!({ "dateDependencySettings": settings, "name": "Clients" });
    assert_eq!(sandbox.patch(&chores, taken).await.error().1, "DUPLICATE_TABLE_NAME");
    let cleared = sandbox.patch(&chores, json!({ "dateDependencySettings": null })).await.ok();
    assert_eq!((cleared.get("dateDependencySettings"), &cleared["name"]), (None, &json!("Chores")));
    assert_eq!(sandbox.effects().await, ["table.updated", "table.updated", "table.updated"]);
}
