//! Payloads of webhooks are read, whatever else they hold.

use serde_json::json;

use crate::bases::ids::{FieldId, RecordId, TableId};
use crate::bases::ports::Payload;

#[test]
fn a_payload_tells_who_changed_which_cells() {
    let payload = Payload::read(&json!({
        "timestamp": "2022-02-01T21:25:05.663Z", "baseTransactionNumber": 4, "payloadFormat": "v0",
        "actionMetadata": { "source": "client", "sourceMetadata": {
            "user": { "id": "usr00000000000000", "email": "ana@example.org", "permissionLevel": "create" } } },
        "changedTablesById": { "tbl00000000000000": {
            "changedRecordsById": { "rec00000000000000": {
                "current": { "cellValuesByFieldId": { "fld00000000000000": null } },
                "previous": { "cellValuesByFieldId": { "fld00000000000000": "hello" } } } },
            "createdRecordsById": { "rec00000000000001": { "createdTime": "2022-02-01T21:25:05.000Z" } },
            "destroyedFieldIds": ["fld00000000000009"] } },
    }))
    .unwrap();
    assert_eq!(payload.base_transaction_number, Some(4));
    let origin = payload.action_metadata.unwrap();
    assert_eq!(origin.source_metadata.unwrap().user.unwrap().id, "usr00000000000000");
    let table = &payload.changed_tables_by_id[&TableId::parse("tbl00000000000000").unwrap()];
    let changed = &table.changed_records_by_id[&RecordId::parse("rec00000000000000").unwrap()];
    assert_eq!(changed.current.cell_values_by_field_id["fld00000000000000"], json!(null));
    let previous = changed.previous.as_ref().unwrap();
    assert_eq!(previous.cell_values_by_field_id["fld00000000000000"], json!("hello"));
    assert_eq!(table.created_records_by_id.len(), 1);
    assert_eq!(table.destroyed_field_ids, [FieldId::parse("fld00000000000009").unwrap()]);
    assert!(!payload.error);
}

#[test]
fn trap_6_the_last_payload_of_a_dead_hook_says_that_it_is_dead() {
    let payload = Payload::read(&json!({
        "timestamp": "2022-02-01T21:25:05.663Z", "payloadFormat": "v0", "error": true, "code": "INVALID_HOOK",
    }))
    .unwrap();
    assert_eq!((payload.error, payload.code.as_deref()), (true, Some("INVALID_HOOK")));
}

#[test]
fn what_is_no_payload_is_refused() {
    assert!(Payload::read(&json!({ "timestamp": "soon" })).is_err());
    assert!(Payload::read(&json!([])).is_err());
}
