//! The ten traps of Airtable's API, each by its number.

use domain::bases::cells::{read, same};
use serde_json::{Value, json};

use super::harness::Sandbox;
use super::seed::{BASE, PAINT, TASKS};

#[tokio::test]
async fn trap_1_an_upload_goes_to_the_host_that_the_rest_goes_to() {
    let sandbox = Sandbox::start().await;
    let file = json!({ "contentType": "text/plain", "filename": "a.txt", "file": "aGFsbG8=" });
    let path = format!("/v0/{BASE}/{PAINT}/Files%20&%20papers/uploadAttachment");
    let uploaded = sandbox.post(&path, file).await.ok();
    assert_eq!(uploaded["fields"]["fldFiles000000000"][0]["filename"], "a.txt");
}

#[tokio::test]
async fn trap_2_base64_comes_with_line_breaks() {
    let sandbox = Sandbox::start().await;
    let broken = "YSBsb25n\nZXIgdGV4\r\ndA==\n";
    let file = json!({ "contentType": "text/plain", "filename": "a.txt", "file": broken });
    let path = format!("/v0/{BASE}/{PAINT}/fldFiles000000000/uploadAttachment");
    let uploaded = sandbox.post(&path, file).await.ok();
    assert_eq!(uploaded["fields"]["fldFiles000000000"][0]["size"], 13);
}

#[tokio::test]
async fn trap_3_a_created_record_is_read_at_once_under_the_id_it_got() {
    let sandbox = Sandbox::start().await;
    let created = sandbox.post(TASKS, json!({ "fields": { "Name": "Caulk" } })).await.ok();
    let id = created["id"].as_str().unwrap();
    assert!(id.starts_with("rec") && id.len() == 17);
    assert_eq!(sandbox.get(&format!("{TASKS}/{id}")).await.ok(), created);
    let listed = sandbox.get(TASKS).await.ok();
    assert!(listed["records"].as_array().unwrap().contains(&created), "byte for byte, times too");
}

#[tokio::test]
async fn trap_4_a_429_means_wait_or_means_that_waiting_is_useless() {
    let sandbox = Sandbox::start().await;
    sandbox.turn(json!({ "quota": { "calls": 0 } })).await;
    assert_eq!(sandbox.get(TASKS).await.error(), (429, "PUBLIC_API_BILLING_LIMIT_EXCEEDED".into()));
    sandbox.get("/v0/meta/whoami").await.ok();
    sandbox.get(&format!("/v0/meta/bases/{BASE}/tables")).await.ok();
    sandbox.turn(json!({ "quota": { "calls": null }, "rate": { "per_base": 0 } })).await;
    assert_eq!(sandbox.get(TASKS).await.error(), (429, "RATE_LIMIT_REACHED".into()));
}

/// What webhooks say of a cell and what records say of it are the same, though they look different.
#[tokio::test]
async fn trap_5_webhooks_say_cells_in_another_shape() {
    let sandbox = Sandbox::start().await;
    let hooks = format!("/v0/bases/{BASE}/webhooks");
    let wanted = json!({ "specification": { "options": { "filters": { "dataTypes": ["tableData"] } } } });
    let hook = sandbox.post(&hooks, wanted).await.ok();
    let fields = json!({ "Status": "Todo", "Client": ["recHarbour0000000"] });
    let record = sandbox.post(TASKS, json!({ "fields": fields })).await.ok();
    let path = format!("{hooks}/{}/payloads", hook["id"].as_str().unwrap());
    let payload = sandbox.get(&path).await.ok()["payloads"][0].clone();
    let id = record["id"].as_str().unwrap();
    let told =
        &payload["changedTablesById"]["tblTasks000000000"]["createdRecordsById"][id]["cellValuesByFieldId"];
    assert_eq!(told["fldClient00000000"], json!([{ "id": "recHarbour0000000", "name": "Harbour" }]));
    let held = sandbox.app.world.base(BASE).unwrap();
    let held = crate::airtable::world::read(&held);
    for (name, id) in [("Status", "fldStatus00000000"), ("Client", "fldClient00000000")] {
        let kind = &held.table("Tasks").unwrap().field_called(name).unwrap().kind;
        let (v1, v2) = (read(kind, &record["fields"][name]).unwrap(), read(kind, &told[id]).unwrap());
        assert_ne!(record["fields"][name], told[id]);
        assert!(v1.is_some() && same(kind, v1.as_ref(), v2.as_ref()), "{name}");
    }
}

#[tokio::test]
async fn trap_6_a_dead_webhook_looks_alive() {
    let sandbox = Sandbox::start().await;
    let hooks = format!("/v0/bases/{BASE}/webhooks");
    let filters = json!({ "dataTypes": ["tableData"], "watchDataInFieldIds": ["fldHours000000000"] });
    let hook =
        sandbox.post(&hooks, json!({ "specification": { "options": { "filters": filters } } })).await.ok();
    let deletion =
        json!({ "as": "usrAna00000000000", "delete_field": { "table": "Tasks", "field": "Hours" } });
    sandbox.post(&format!("/_sim/bases/{BASE}/schema"), deletion).await.ok();
    sandbox.post(TASKS, json!({ "fields": { "Name": "Caulk" } })).await.ok();
    assert_eq!(sandbox.get(&hooks).await.ok()["webhooks"][0]["isHookEnabled"], true);
    let path = format!("{hooks}/{}/payloads", hook["id"].as_str().unwrap());
    let told = sandbox.get(&path).await.ok();
    let payloads = told["payloads"].as_array().unwrap();
    assert_eq!(
        (payloads.len(), &payloads[0]["error"], &payloads[0]["code"]),
        (1, &json!(true), &json!("INVALID_HOOK"))
    );
}

#[tokio::test]
async fn trap_7_what_clients_send_beside_what_is_meant_is_let_be() {
    let sandbox = Sandbox::start().await;
    let body = json!({ "method": "post", "timeZone": "UTC", "userLocale": "en", "pageSize": 1 });
    let posted = sandbox.post(&format!("{TASKS}/listRecords?timeZone=UTC&userLocale=en"), body).await.ok();
    assert_eq!(posted["records"].as_array().unwrap().len(), 1);
    let odd = sandbox.get(&format!("{TASKS}/?limit=1&offset=&whatever=1")).await.ok();
    assert_eq!(odd["records"], posted["records"]);
    let created =
        sandbox.post(&format!("{TASKS}/?"), json!({ "fields": { "Name": "x" }, "whatever": 1 })).await;
    assert_eq!(created.status, 200);
}

#[tokio::test]
async fn trap_8_empty_cells_are_left_out() {
    let sandbox = Sandbox::start().await;
    let empty = json!({ "Name": "", "Hours": null, "Done": false, "Client": [] });
    let created = sandbox.post(TASKS, json!({ "fields": empty })).await.ok();
    assert_eq!(created["fields"], json!({ "Twice": 0 }));
    let path = format!("{TASKS}/{}", created["id"].as_str().unwrap());
    sandbox.patch(&path, json!({ "fields": { "Done": true } })).await.ok();
    assert_eq!(sandbox.get(&path).await.ok()["fields"]["Done"], true);
    sandbox.patch(&path, json!({ "fields": { "Done": false } })).await.ok();
    assert_eq!(sandbox.get(&path).await.ok()["fields"].get("Done"), None);
}

#[tokio::test]
async fn trap_9_null_is_taken_for_every_type_when_a_record_is_made() {
    let sandbox = Sandbox::start().await;
    let tables = sandbox.get(&format!("/v0/meta/bases/{BASE}/tables")).await.ok();
    let fields = tables["tables"][0]["fields"].as_array().unwrap().clone();
    let writable = fields.iter().filter(|field| field["type"] != "formula");
    let nulls: serde_json::Map<String, Value> =
        writable.map(|field| (field["name"].as_str().unwrap().to_owned(), Value::Null)).collect();
    assert!(nulls.len() >= 7);
    sandbox.post(TASKS, json!({ "fields": nulls, "typecast": true })).await.ok();
}

#[tokio::test]
async fn trap_10_tables_are_found_in_any_case_and_with_any_sign_in_their_name() {
    let sandbox = Sandbox::start().await;
    for name in ["TASKS", "tasks", "tblTasks000000000"] {
        sandbox.get(&format!("/v0/{BASE}/{name}")).await.ok();
    }
    let table = json!({ "name": "In/Out now", "fields": [{ "name": "Name", "type": "singleLineText" }] });
    sandbox.post(&format!("/v0/meta/bases/{BASE}/tables"), table).await.ok();
    sandbox.post(&format!("/v0/{BASE}/In%2FOut%20now"), json!({ "fields": { "Name": "x" } })).await.ok();
    assert_eq!(
        sandbox.get(&format!("/v0/{BASE}/in%2fout%20NOW")).await.ok()["records"][0]["fields"]["Name"],
        "x"
    );
}
