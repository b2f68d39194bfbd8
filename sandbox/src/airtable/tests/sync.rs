//! Syncing a table with a file: rows change, make and delete records, all or none; and not too often.

use serde_json::{Value, json};

use super::harness::{Answer, Sandbox};
use super::seed::{BASE, BEN, PAINT, SAND, TASKS, seed};
use crate::airtable::world::read;

async fn sync(sandbox: &Sandbox, csv: impl Into<hyper::body::Bytes>) -> Answer {
    sandbox.send("POST", &format!("{TASKS}/sync/sync1"), "text/csv; charset=utf-8", csv).await
}

async fn records(sandbox: &Sandbox) -> Vec<Value> {
    sandbox.get(TASKS).await.ok()["records"].as_array().unwrap().clone()
}

#[tokio::test]
async fn rows_change_make_and_delete_records_by_the_first_column() {
    let sandbox = Sandbox::start().await;
    let csv = "Name,Hours,Status,Client,Done\r\nSand the deck,4.5,New,Harbour,true\r\n\"Oil, twice\",,,,\r\n";
    assert_eq!(sync(&sandbox, csv).await.ok(), json!({ "success": true }));
    let records = records(&sandbox).await;
    assert_eq!(records.len(), 2);
    assert_eq!(records[0]["id"], SAND);
    let sanded = json!({ "Name": "Sand the deck", "Hours": 4.5, "Status": "New", "Twice": 9,
        "Client": ["recHarbour0000000"], "Done": true });
    assert_eq!(records[0]["fields"], sanded);
    assert_eq!(records[1]["fields"], json!({ "Name": "Oil, twice", "Twice": 0 }));
    let mut effects = sandbox.effects().await;
    effects.sort();
    assert_eq!(effects, ["choice.added", "record.created", "record.deleted", "record.updated"]);
}

#[tokio::test]
async fn what_the_file_does_not_speak_of_stays() {
    let sandbox = Sandbox::start().await;
    sync(&sandbox, "Name,Hours\nPaint the hull,\nSand the deck,1\n").await.ok();
    let records = records(&sandbox).await;
    assert_eq!(records[0]["id"], PAINT);
    assert_eq!(records[0]["fields"]["Status"], "Open");
    assert!(records[0]["fields"].get("Hours").is_none());
    assert_eq!(records[1]["fields"]["Hours"], 1);
}

#[tokio::test]
async fn a_file_with_a_mistake_far_down_changes_nothing() {
    let sandbox = Sandbox::start().await;
    let before = records(&sandbox).await;
    let rows: String =
        (0..25).map(|row| format!("Task {row},{}\n", if row == 24 { "many" } else { "1" })).collect();
    let wrong = sync(&sandbox, format!("Name,Hours\n{rows}")).await.error();
    assert_eq!(wrong, (422, "INVALID_VALUE_FOR_COLUMN".into()));
    for file in ["", "Name,Name\na,b\n", "Name\na\na\n", "Name,Hours\n,1\n", "Name\na,b\n", "Name\n\"a\n"] {
        assert_eq!(sync(&sandbox, file).await.error(), (422, "INVALID_REQUEST_UNKNOWN".into()), "{file}");
    }
    let unknown = sync(&sandbox, "Name,Nothing\na,b\n").await.error();
    assert_eq!(unknown, (422, "UNKNOWN_FIELD_NAME".into()));
    assert_eq!(records(&sandbox).await, before);
}

#[tokio::test]
async fn a_file_has_its_limits() {
    let sandbox = Sandbox::start().await;
    let rows = |count: usize| (0..count).map(|row| format!("Task {row}\n")).collect::<String>();
    assert_eq!(sync(&sandbox, format!("Name\n{}", rows(10_001))).await.status, 422);
    assert_eq!(sync(&sandbox, format!("Name\n{}", rows(1_000))).await.status, 200);
    assert_eq!(sync(&sandbox, format!("Name{}\na\n", ",Hours".repeat(500))).await.status, 422);
    assert_eq!(sync(&sandbox, format!("Name\n{}", "a".repeat(2 << 20))).await.status, 413);
    let json = sandbox.post(&format!("{TASKS}/sync/sync1"), json!({})).await.error();
    assert_eq!(json, (422, "INVALID_REQUEST_UNKNOWN".into()));
    let held = sandbox.app.world.base(BASE).unwrap();
    let held = read(&held);
    assert_eq!(held.tables.records(held.table("Tasks").unwrap().id).count(), 1_000);
}

#[tokio::test]
async fn a_base_is_synced_twenty_times_in_five_minutes() {
    let sandbox = Sandbox::start().await;
    sandbox.post("/_sim/clock", json!({ "stop_at": "2024-05-01T00:00:00Z" })).await.ok();
    for _ in 0..20 {
        sync(&sandbox, "Name\nOne\n").await.ok();
    }
    sandbox.advance(299).await;
    assert_eq!(sync(&sandbox, "Name\nTwo\n").await.error(), (429, "RATE_LIMIT_REACHED".into()));
    sandbox.advance(1).await;
    sync(&sandbox, "Name\nTwo\n").await.ok();
}

#[tokio::test]
async fn a_clock_that_is_set_back_does_not_keep_syncs_away() {
    let sandbox = Sandbox::start().await;
    sandbox.post("/_sim/clock", json!({ "stop_at": "2044-05-01T00:00:00Z" })).await.ok();
    for _ in 0..20 {
        sync(&sandbox, "Name\nOne\n").await.ok();
    }
    assert_eq!(sync(&sandbox, "Name\nTwo\n").await.status, 429);
    sandbox.post("/_sim/clock", json!({ "stop_at": "2024-05-01T00:00:00Z" })).await.ok();
    sync(&sandbox, "Name\nTwo\n").await.ok();
}

#[tokio::test]
async fn only_personal_tokens_of_creators_sync() {
    let mut seeded = seed();
    seeded["tokens"][3] = json!({ "token": "oaaAna", "user": "usrAna00000000000", "integration": "client" });
    let sandbox = Sandbox::start_with(seeded).await;
    for token in [BEN, "oaaAna"] {
        let refused = sync(&sandbox.as_token(token), "Name\nOne\n").await.error();
        assert_eq!(refused, (403, "INVALID_PERMISSIONS".into()), "{token}");
    }
}
