//! What people do in the client, by the side door.

use serde_json::{Value, json};

use super::harness::Sandbox;
use super::seed::{BASE, BEN, PAINT, TASKS};

const ANA: &str = "usrAna00000000000";

async fn reshape(sandbox: &Sandbox, mut change: Value) -> Value {
    change["as"] = json!(ANA);
    sandbox.post(&format!("/_sim/bases/{BASE}/schema"), change).await.ok()
}

#[tokio::test]
async fn a_text_that_becomes_a_select_keeps_its_values_as_choices() {
    let sandbox = Sandbox::start().await;
    let text = json!({ "table": "Tasks", "field": "Status", "to": { "type": "singleLineText" } });
    reshape(&sandbox, json!({ "retype_field": text })).await;
    let select = json!({ "table": "Tasks", "field": "Status", "to": { "type": "singleSelect" } });
    reshape(&sandbox, json!({ "retype_field": select })).await;
    assert_eq!(sandbox.get(&format!("{TASKS}/{PAINT}")).await.ok()["fields"]["Status"], "Open");
}

#[tokio::test]
async fn a_schema_is_changed_in_one_way_at_a_time() {
    let sandbox = Sandbox::start().await;
    let schema = format!("/_sim/bases/{BASE}/schema");
    let before = sandbox.get("/_sim/export").await.ok();
    let delete = |field: &str| json!({ "table": "Tasks", "field": field });
    for wrong in [
        json!({ "as": ANA }),
        json!({ "as": ANA, "shorten_field": delete("Hours") }),
        json!({ "as": ANA, "delete_field": delete("Hours"), "delete_view": { "table": "Tasks", "view": "Grid view" } }),
    ] {
        assert_eq!(sandbox.post(&schema, wrong).await.status, 400);
    }
    assert_eq!(sandbox.get("/_sim/export").await.ok(), before);
}

/// Airtable tells them with `.000`, whichever way a record was made.
#[tokio::test]
async fn times_are_whole_seconds_whoever_makes_or_changes_a_record() {
    let sandbox = Sandbox::start().await;
    sandbox.post("/_sim/clock", json!({ "stop_at": "2024-05-01T10:00:00.789Z" })).await.ok();
    let changed = json!({ "name": "Changed", "type": "lastModifiedTime", "options": {} });
    reshape(&sandbox, json!({ "create_field": { "table": "Tasks", "field": changed } })).await;
    let edit = json!({ "as": ANA, "table": "Tasks", "create": [{ "Name": "Caulk" }], "update": [
        { "id": PAINT, "fields": { "Hours": 4 } }] });
    sandbox.post(&format!("/_sim/bases/{BASE}/edit"), edit).await.ok();
    let file = json!({ "contentType": "text/plain", "filename": "a.txt", "file": "aGFsbG8=" });
    sandbox
        .post(&format!("/v0/{BASE}/recSand0000000000/Files%20&%20papers/uploadAttachment"), file)
        .await
        .ok();
    let seen = sandbox.get(TASKS).await.ok();
    let whole = "2024-05-01T10:00:00.000Z";
    assert_eq!(seen["records"][2]["createdTime"], whole, "made by a person");
    assert_eq!(seen["records"][0]["fields"]["Changed"], whole, "changed by a person");
    assert_eq!(seen["records"][1]["fields"]["Changed"], whole, "changed by an upload");
    let rows = "Name,Hours\nSynced,1\n";
    sandbox.send("POST", &format!("{TASKS}/sync/sync1"), "text/csv", rows).await.ok();
    assert_eq!(sandbox.get(TASKS).await.ok()["records"][0]["createdTime"], whole, "made by a sync");
}

#[tokio::test]
async fn a_seed_may_be_larger_than_what_programs_may_send() {
    let sandbox = Sandbox::start().await;
    let mut seed = sandbox.get(&format!("/_sim/bases/{BASE}")).await.ok();
    let long = "x".repeat(11 << 20);
    seed["bases"][0]["tables"][0]["records"][0]["fields"]["Name"] = json!(long);
    sandbox.post("/_sim/load", seed).await.ok();
    assert_eq!(sandbox.get(&format!("{TASKS}/{PAINT}")).await.ok()["fields"]["Name"], json!(long));
}

#[tokio::test]
async fn a_base_that_a_program_made_is_its_own_when_it_is_loaded_again() {
    let sandbox = Sandbox::start().await;
    let table = json!({ "name": "Notes", "fields": [{ "name": "Note", "type": "singleLineText" }] });
    let draft = json!({ "name": "Mine", "workspaceId": "wspOffice00000000", "tables": [table] });
    let made = sandbox.post("/v0/meta/bases", draft).await.ok();
    let notes = format!("/v0/{}/Notes", made["id"].as_str().unwrap());
    let exported = sandbox.get("/_sim/export").await.ok();
    let again = Sandbox::start_with(exported).await;
    for held in [&sandbox, &again] {
        held.get(&notes).await.ok();
        assert_eq!(held.as_token(BEN).get(&notes).await.status, 403, "Ben was not let in");
    }
}

#[tokio::test]
async fn what_people_do_is_one_transaction_and_is_in_the_journal() {
    let sandbox = Sandbox::start().await;
    let hooks = format!("/v0/bases/{BASE}/webhooks");
    let wanted = json!({ "specification": { "options": { "filters": { "dataTypes": ["tableData"] } } } });
    let hook = sandbox.post(&hooks, wanted).await.ok();
    let rows = vec![json!({ "Name": "Plank" }); 25];
    let edit = json!({ "as": "usrBen00000000000", "table": "Tasks", "create": rows });
    sandbox.post(&format!("/_sim/bases/{BASE}/edit"), edit).await.ok();
    let told = sandbox.get(&format!("{hooks}/{}/payloads", hook["id"].as_str().unwrap())).await.ok();
    assert_eq!(told["payloads"].as_array().unwrap().len(), 1);
    let journal = sandbox.get("/_sim/journal").await.json();
    let entries = journal["entries"].as_array().unwrap();
    let entry = entries.iter().find(|entry| entry["route"] == "sim.edit").unwrap();
    assert_eq!((&entry["user"], &entry["base"]), (&json!("usrBen00000000000"), &json!(BASE)));
    assert_eq!(entry["effects"].as_array().unwrap().len(), 25);
}

#[tokio::test]
async fn what_a_person_cannot_do_whole_is_not_done_in_part() {
    let sandbox = Sandbox::start().await;
    let before = sandbox.get("/_sim/export").await.json();
    let edit = json!({
        "as": "usrBen00000000000", "table": "Tasks",
        "create": [{ "Name": "Plank", "Status": "Never seen" }], "delete": ["recNothing0000000"],
    });
    let refused = sandbox.post(&format!("/_sim/bases/{BASE}/edit"), edit).await;
    assert_eq!(refused.status, 422);
    assert_eq!(sandbox.get("/_sim/export").await.json(), before);
}
