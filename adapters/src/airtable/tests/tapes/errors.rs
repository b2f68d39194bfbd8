//! Each row of the table of errors, as it comes over the wire. What is judged here without a wire is `tests/errors.rs`.

use std::sync::Arc;
use std::time::Duration;

use domain::bases::ids::{BaseId, FieldId, ViewId};
use domain::bases::ports::{Connected, Fault, Place, Query, Row, Specification, Trouble, Watched};
use domain::bases::table::Verb;
use serde_json::{Value, json};

use super::super::site::{base, place, record};
use super::Played;
use super::records::fields;

/// Plays a row, and holds what came of it against the words of the tape.
async fn refused(name: &str, ask: impl AsyncFnOnce(Arc<dyn Connected>) -> Result<(), Fault>) {
    let played = Played::start("errors", name).await;
    let Err(Fault::Refused(refused)) = ask(played.connect()).await else { panic!("it was not refused") };
    let said = &played.tape.exchanges[0].response;
    let error = &said.body.as_ref().unwrap()["error"];
    assert_eq!(refused.status, said.status);
    assert_eq!(
        (error["type"].as_str(), error["message"].as_str()),
        (Some(&*refused.kind), refused.message.as_deref())
    );
    played.end();
}

/// The fault that a row is, where it is no refusal.
async fn fault(name: &str, ask: impl AsyncFnOnce(Arc<dyn Connected>) -> Result<(), Fault>) -> Fault {
    let played = Played::start("errors", name).await;
    let fault = ask(played.connect()).await.unwrap_err();
    played.end();
    fault
}

async fn list(connection: Arc<dyn Connected>, query: Query, offset: Option<&str>) -> Result<(), Fault> {
    connection.page(place(), &query, offset).await.map(drop)
}

async fn create(connection: Arc<dyn Connected>, row: Value) -> Result<(), Fault> {
    connection.create(place(), &[fields(row)], false).await.map(drop)
}

fn filtered(formula: &str) -> Query {
    Query { formula: Some(formula.into()), ..Query::default() }
}

async fn create_x(connection: Arc<dyn Connected>) -> Result<(), Fault> {
    create(connection, json!({ "fldName0000000000": "X" })).await
}

async fn list_all(connection: Arc<dyn Connected>) -> Result<(), Fault> {
    list(connection, Query::default(), None).await
}

#[tokio::test]
async fn row_401_no_token_or_a_bad_one() {
    assert_eq!(fault("row_401_no_token_or_a_bad_one", list_all).await, Fault::Unauthorized);
}

#[tokio::test]
async fn row_403_unknown_base_or_table_or_no_access() {
    refused("row_403_unknown_base_or_table_or_no_access", async |connection| {
        let elsewhere = Place { base: BaseId::parse("app00000000000009").unwrap(), ..place() };
        connection.page(elsewhere, &Query::default(), None).await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn row_403_a_role_that_may_not() {
    refused("row_403_a_role_that_may_not", create_x).await;
}

#[tokio::test]
async fn row_404_a_record_that_is_not_there() {
    refused("row_404_a_record_that_is_not_there", async |connection| {
        connection.get(place(), record(99)).await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn rows_422_of_values_that_a_field_does_not_take() {
    for (name, row) in [
        ("row_422_an_unknown_field", json!({ "X": "Y" })),
        ("row_422_a_value_of_the_wrong_type", json!({ "fldAge00000000000": "old" })),
        ("row_422_a_value_for_a_computed_field", json!({ "fldMade0000000000": "2022-01-01T00:00:00.000Z" })),
        ("row_422_a_choice_that_there_is_not", json!({ "fldStatus00000000": "Gone" })),
        (
            "row_422_an_attachment_that_is_none",
            json!({ "fldFiles000000000": [{ "id": "att00000000000001" }] }),
        ),
        ("row_422_a_link_that_is_none", json!({ "fldPartners000000": "Ben" })),
    ] {
        refused(name, async |connection| create(connection, row).await).await;
    }
}

#[tokio::test]
async fn row_422_a_record_to_write_that_is_not_there() {
    refused("row_422_a_record_to_write_that_is_not_there", async |connection| {
        let row = (record(99), fields(json!({ "fldName0000000000": "X" })));
        connection.update(place(), Verb::Patch, &[row], false).await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn rows_422_of_lists() {
    let view = Query { view: Some(ViewId::parse("viw00000000000009").unwrap()), ..Query::default() };
    for (name, query, offset) in [
        ("row_422_a_formula_that_is_none", filtered("AND("), None),
        ("row_422_a_formula_with_unknown_fields", filtered("AND({A}, {B})"), None),
        ("row_422_an_offset_that_is_none", Query::default(), Some("nonsense")),
        ("row_422_an_iterator_that_is_gone", Query::default(), Some("itr00000000000009/rec00000000000003")),
        ("row_422_a_view_by_id_that_is_not_there", view, None),
    ] {
        refused(name, async |connection| list(connection, query, offset).await).await;
    }
}

#[tokio::test]
async fn row_422_an_upsert_that_matches_several() {
    refused("row_422_an_upsert_that_matches_several", async |connection| {
        let row = fields(json!({ "fldStatus00000000": "Open", "fldAge00000000000": 1 }));
        let status = FieldId::parse("fldStatus00000000").unwrap();
        let rows = [Row { id: None, fields: row }];
        connection.upsert(place(), Verb::Patch, &[status], &rows, false).await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn row_422_one_webhook_too_many() {
    refused("row_422_one_webhook_too_many", async |connection| {
        let filters = Watched { data_types: vec!["tableData".into()], ..Watched::default() };
        let specification = Specification { filters, includes: None };
        connection.create_hook(base(), None, &specification).await.map(drop)
    })
    .await;
}

#[tokio::test]
async fn row_429_too_many_requests() {
    let retry_after = Duration::from_secs(30);
    assert_eq!(fault("row_429_too_many_requests", list_all).await, Fault::Wait { retry_after });
}

#[tokio::test]
async fn row_429_the_month_is_used_up() {
    let played = Played::start("errors", "row_429_the_month_is_used_up").await;
    let connection = played.connect();
    assert_eq!(list_all(Arc::clone(&connection)).await, Err(Fault::QuotaSpent));
    assert!(connection.whoami().await.is_ok());
    played.end();
}

#[tokio::test]
async fn row_500_a_server_that_failed() {
    let fault = fault("row_500_a_server_that_failed", create_x).await;
    assert_eq!(fault, Fault::Ambiguous(Trouble::Status(500)));
}

#[tokio::test]
async fn row_502_a_gateway_without_a_server() {
    let fault = fault("row_502_a_gateway_without_a_server", create_x).await;
    assert_eq!(fault, Fault::Unavailable(Trouble::Status(502)));
}

#[tokio::test]
async fn row_503_what_is_safe_to_send_again() {
    let fault = fault("row_503_what_is_safe_to_send_again", create_x).await;
    assert_eq!(fault, Fault::Unavailable(Trouble::Status(503)));
}
