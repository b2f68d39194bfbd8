//! `airtide log stats` counts what is in the log.

use serde_json::json;

use super::{json, printed, six_events};

#[tokio::test]
async fn what_is_counted_is_what_was_written() {
    let log = six_events().await;
    let events = log.log.reader().between(1, 6).await.unwrap();
    let stats = json(&log, &["stats"]);
    let counted = [("head", 6), ("events", 6), ("streams", 4), ("tenants", 2)];
    for (what, many) in counted {
        assert_eq!(stats[what], json!(many), "{what}: {stats}");
    }
    assert_eq!(stats["incarnation"], log.log.head().borrow().incarnation.to_string());
    assert_eq!(stats["oldest"], events[0].recorded_at.to_string());
    assert_eq!(stats["newest"], events[5].recorded_at.to_string());
    let of_type = |name: &str, many: i64| json!({ "type": name, "events": many });
    assert_eq!(stats["types"], json!([of_type("workspace.created", 4), of_type("workspace.renamed", 2)]));
    let days = stats["days"].as_array().unwrap();
    assert_eq!(days.iter().map(|day| day["events"].as_i64().unwrap()).sum::<i64>(), 6);
    let tables = stats["tables"].as_array().unwrap();
    let events = tables.iter().find(|table| table["name"] == "events").unwrap();
    assert!(events["bytes"].as_i64().unwrap() > 0, "{stats}");
    assert!(!tables.iter().any(|table| table["name"].as_str().unwrap().starts_with("events_p")), "{stats}");
}

#[tokio::test]
async fn no_more_types_are_told_than_asked_for() {
    let log = six_events().await;
    let told = printed(&log, &["stats", "--top", "1", "--days", "1"]);
    assert!(told.contains("workspace.created") && !told.contains("workspace.renamed"), "{told}");
}
