//! Webhooks and what they tell.

use domain::bases::cells::{read, same};
use domain::bases::ids::FieldId;
use domain::bases::ports::{Includes, Payload, Specification, Watched};
use domain::bases::schema::FieldType;
use domain::bases::table::Verb;
use serde_json::json;

use super::super::site::{base, place, record};
use super::Played;
use super::records::fields;

fn specification() -> Specification {
    let filters = Watched {
        data_types: vec!["tableData".into()],
        record_change_scope: Some("tblClients0000000".into()),
        ..Watched::default()
    };
    let includes = Includes { include_previous_cell_values: Some(true), ..Includes::default() };
    Specification { filters, includes: Some(includes) }
}

#[tokio::test]
async fn a_hook_tells_what_happened_by_cursor() {
    let played = Played::start("webhooks", "hook_and_payloads").await;
    let connection = played.connect();
    let made = connection.create_hook(base(), None, &specification()).await.unwrap();
    assert_eq!(made.mac_secret.reveal(), "c2VjcmV0LWtleQ==");
    let found = connection.hooks(base()).await.unwrap();
    assert_eq!((found[0].id, found[0].cursor_for_next_payload, found[0].is_hook_enabled), (made.id, 1, true));
    let nothing = connection.payloads(base(), made.id, 1).await.unwrap();
    assert_eq!((nothing.payloads.len(), nothing.cursor, nothing.might_have_more), (0, 1, false));

    let row = fields(json!({ "fldStatus00000000": "Busy" }));
    connection.update(place(), Verb::Patch, &[(record(1), row)], false).await.unwrap();
    let page = connection.payloads(base(), made.id, 1).await.unwrap();
    let payload = Payload::read(&page.payloads[0]).unwrap();
    assert_eq!((page.cursor, payload.action_metadata.unwrap().source.as_str()), (2, "publicApi"));
    let table = &payload.changed_tables_by_id[&place().table];
    let change = &table.changed_records_by_id[&record(1)];
    assert_eq!(change.current.cell_values_by_field_id["fldStatus00000000"]["name"], json!("Busy"));
    assert!(change.previous.is_some());

    assert!(connection.refresh_hook(base(), made.id).await.unwrap().is_some());
    connection.enable_notifications(base(), made.id, false).await.unwrap();
    connection.delete_hook(base(), made.id).await.unwrap();
    played.end();
}

#[tokio::test]
async fn trap_5_the_cell_of_a_payload_and_that_of_a_record_are_the_same_value() {
    let tape = super::tape::Tape::load("webhooks", "hook_and_payloads");
    let said = |exchange: usize, pointer: &str| {
        tape.exchanges[exchange].response.body.as_ref().unwrap().pointer(pointer).unwrap().clone()
    };
    let of_record = said(3, "/records/0/fields/fldStatus00000000");
    let changed = "/payloads/0/changedTablesById/tblClients0000000/changedRecordsById/rec00000000000001";
    let of_payload = said(4, &format!("{changed}/current/cellValuesByFieldId/fldStatus00000000"));
    assert_ne!(of_record, of_payload, "their shapes differ");
    let choices = json!({ "choices": [{ "id": "selBusy0000000000", "name": "Busy", "color": "redLight2" }] });
    let status = FieldType::parse("singleSelect", Some(choices)).unwrap();
    let [record, payload] = [of_record, of_payload].map(|value| read(&status, &value).unwrap());
    assert!(same(&status, record.as_ref(), payload.as_ref()));
}

#[tokio::test]
async fn trap_6_a_dead_hook_says_so_once_and_what_killed_it() {
    let played = Played::start("webhooks", "a_dead_hook").await;
    let (connection, age) = (played.connect(), FieldId::parse("fldAge00000000000").unwrap());
    let filters = Watched {
        data_types: vec!["tableData".into()],
        watch_data_in_field_ids: vec![age],
        ..Watched::default()
    };
    let specification = Specification { filters, includes: None };
    let hook = connection.create_hook(base(), None, &specification).await.unwrap();
    let page = connection.payloads(base(), hook.id, 1).await.unwrap();
    let payload = Payload::read(&page.payloads[0]).unwrap();
    assert_eq!((payload.error, payload.code.as_deref()), (true, Some("INVALID_HOOK")));
    let destroyed = &payload.changed_tables_by_id[&place().table].destroyed_field_ids;
    assert_eq!(destroyed, &[age]);
    played.end();
}
