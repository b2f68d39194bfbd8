//! Records, read and written.

use domain::bases::ids::FieldId;
use domain::bases::ports::{File, FoundRecord, Query, Row, SortBy, Sweep, Swept};
use domain::bases::table::{Direction, Fields, Verb};
use serde_json::{Value, json};

use super::super::site::{base, place, record};
use super::Played;

fn field(id: &str) -> FieldId {
    FieldId::parse(id).unwrap()
}

pub fn fields(value: Value) -> Fields {
    serde_json::from_value(value).unwrap()
}

fn names(records: &[FoundRecord]) -> Vec<&str> {
    records.iter().filter_map(|record| record.fields["fldName0000000000"].as_str()).collect()
}

#[tokio::test]
async fn a_list_is_read_page_by_page() {
    let played = Played::start("records", "list_in_two_pages").await;
    let name = field("fldName0000000000");
    let sort = vec![SortBy { field: name, direction: Direction::Ascending }];
    let query = Query { fields: vec![name], sort, page_size: Some(2), ..Query::default() };
    let (connection, mut sweep) = (played.connect(), Sweep::new(place(), query));
    let mut found = Vec::new();
    while let Some(Swept::Records(records)) = sweep.next(&*connection).await.unwrap() {
        found.extend(records);
    }
    assert_eq!(names(&found), ["Ana", "Ben", "Cem"]);
    played.end();
}

#[tokio::test]
async fn a_list_that_does_not_fit_into_an_address_is_asked_for_in_a_body() {
    let played = Played::start("records", "list_in_a_body").await;
    let query = Query {
        fields: vec![field("fldName0000000000")],
        formula: Some(played.tape.long("formula")),
        time_zone: Some("Europe/Berlin".into()),
        user_locale: Some("de".into()),
        ..Query::default()
    };
    let page = played.connect().page(place(), &query, None).await.unwrap();
    assert_eq!(names(&page.records), ["Ben"]);
    played.end();
}

#[tokio::test]
async fn one_record_is_read() {
    let played = Played::start("records", "get_one").await;
    let found = played.connect().get(place(), record(2)).await.unwrap();
    assert_eq!((found.id, found.created_time.to_string()), (record(2), "2022-09-12T21:03:49Z".into()));
    assert!(!found.fields.contains_key("fldStatus00000000"), "an empty cell is left out");
    played.end();
}

#[tokio::test]
async fn records_are_made_in_the_order_of_their_rows() {
    let played = Played::start("records", "create_many").await;
    let rows = [
        fields(json!({ "fldName0000000000": "Dua", "fldAge00000000000": 30 })),
        fields(json!({ "fldName0000000000": "Eli", "fldStatus00000000": "Busy" })),
    ];
    let made = played.connect().create(place(), &rows, false).await.unwrap();
    assert_eq!(names(&made), ["Dua", "Eli"]);
    played.end();
}

#[tokio::test]
async fn trap_9_nothing_may_be_written_into_every_field() {
    let played = Played::start("records", "create_with_nulls").await;
    let nothing = fields(json!({ "fldName0000000000": null, "fldAge00000000000": null,
        "fldStatus00000000": null, "fldFiles000000000": null }));
    let made = played.connect().create(place(), &[nothing], true).await.unwrap();
    assert!(made[0].fields.is_empty());
    played.end();
}

#[tokio::test]
async fn some_cells_are_written_and_the_others_stay() {
    let played = Played::start("records", "update_some_cells").await;
    let row = fields(json!({ "fldAge00000000000": 42, "fldStatus00000000": null }));
    let written = played.connect().update(place(), Verb::Patch, &[(record(1), row)], false).await.unwrap();
    assert_eq!(names(&written), ["Ana"]);
    played.end();
}

#[tokio::test]
async fn a_record_is_replaced() {
    let played = Played::start("records", "replace").await;
    let row = fields(json!({ "fldName0000000000": "Anna" }));
    let written = played.connect().update(place(), Verb::Put, &[(record(1), row)], false).await.unwrap();
    assert!(!written[0].fields.contains_key("fldAge00000000000"));
    played.end();
}

#[tokio::test]
async fn rows_are_written_to_what_matches_and_to_new_records() {
    let played = Played::start("records", "upsert").await;
    let row = |name: &str, age: u8| Row {
        id: None,
        fields: fields(json!({ "fldName0000000000": name, "fldAge00000000000": age })),
    };
    let (merge_on, rows) = ([field("fldName0000000000")], [row("Ben", 8), row("Fay", 9)]);
    let written = played.connect().upsert(place(), Verb::Patch, &merge_on, &rows, false).await.unwrap();
    assert_eq!(names(&written.records), ["Ben", "Fay"]);
    assert_eq!((written.created_records, written.updated_records), (vec![record(4)], vec![record(2)]));
    played.end();
}

#[tokio::test]
async fn records_are_deleted() {
    let played = Played::start("records", "delete_many").await;
    let gone = played.connect().delete(place(), &[record(1), record(3)]).await.unwrap();
    assert_eq!(gone, [record(1), record(3)]);
    played.end();
}

#[tokio::test]
async fn a_file_is_handed_over() {
    let played = Played::start("records", "upload_a_file").await;
    let file = File { name: "hello.txt".into(), content_type: "text/plain".into(), bytes: b"hello".to_vec() };
    let files = field("fldFiles000000000");
    let uploaded = played.connect().upload(base(), record(1), files, &file).await.unwrap();
    assert_eq!(uploaded.fields["fldFiles000000000"][0]["size"], json!(5));
    played.end();
}
