//! Each way in which Airtable refuses, with its status, its type and its text. A refusal changes nothing.

use serde_json::{Value, json};

use super::harness::{Answer, Sandbox};
use super::seed::{BASE, BEN, CEM, DEE, PAINT, SAND, TASKS};

const FIELDS: &str = "/v0/meta/bases/appOffice00000000/tables/Tasks/fields";
const TABLES: &str = "/v0/meta/bases/appOffice00000000/tables";

/// Status, type and text of a refusal.
fn refusal(answer: &Answer) -> (u16, String, String) {
    let error = answer.json()["error"].clone();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    match error.is_string() {
        true => (answer.status, text(&error), String::new()),
        false => (answer.status, text(&error["type"]), text(&error["message"])),
    }
}

fn is(answer: &Answer, status: u16, kind: &str, message: &str) {
    assert_eq!(refusal(answer), (status, kind.to_owned(), message.to_owned()));
}

async fn create(fields: Value) -> Answer {
    let sandbox = Sandbox::start().await;
    let before = sandbox.get("/_sim/export").await.json();
    let answer = sandbox.post(TASKS, json!({ "fields": fields })).await;
    assert_eq!(sandbox.get("/_sim/export").await.json(), before, "a refusal changed something");
    answer
}

async fn list(query: &str) -> Answer {
    Sandbox::start().await.get(&format!("{TASKS}?{query}")).await
}

#[tokio::test]
async fn e400_a_body_that_is_no_json() {
    let answer = Sandbox::start().await.send("POST", TASKS, "application/json", "{fields").await;
    is(&answer, 400, "INVALID_REQUEST_BODY", "Could not parse request body");
}

#[tokio::test]
async fn e401_no_token_or_a_wrong_one() {
    let answer = Sandbox::start().await.as_token("patNobody").get(TASKS).await;
    is(&answer, 401, "AUTHENTICATION_REQUIRED", "Authentication required");
}

#[tokio::test]
async fn e403_an_unknown_base_and_an_unknown_table_are_not_told_from_forbidden_ones() {
    let message = "Invalid permissions, or the requested model was not found. Check that both your user and your token \
                   have the required permissions, and that the model names and/or ids are correct.";
    let sandbox = Sandbox::start().await;
    for path in ["/v0/appNothing0000000/Tasks", "/v0/appOffice00000000/Nothing"] {
        is(&sandbox.get(path).await, 403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", message);
    }
    let elsewhere =
        json!({ "token": "patElse", "user": "usrAna00000000000", "bases": ["appNothing0000000"] });
    sandbox.post("/_sim/tokens", elsewhere).await.ok();
    is(&sandbox.as_token("patElse").get(TASKS).await, 403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", message);
    let few = json!({ "token": "patFew", "user": "usrAna00000000000", "scopes": ["schema.bases:read"] });
    sandbox.post("/_sim/tokens", few).await.ok();
    is(&sandbox.as_token("patFew").get(TASKS).await, 403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND", message);
}

#[tokio::test]
async fn e403_an_operation_beyond_the_role() {
    let sandbox = Sandbox::start().await;
    let answer = sandbox.as_token(CEM).patch(&format!("{TASKS}/{PAINT}"), json!({ "fields": {} })).await;
    is(&answer, 403, "INVALID_PERMISSIONS", "You are not permitted to perform this operation");
}

#[tokio::test]
async fn e403_creating_records_beyond_the_role() {
    let answer = Sandbox::start().await.as_token(DEE).post(TASKS, json!({ "fields": {} })).await;
    let message = "You are not permitted to create records in table Tasks (tblTasks000000000)";
    is(&answer, 403, "INVALID_PERMISSIONS", message);
}

#[tokio::test]
async fn e403_writing_a_field_beyond_the_role() {
    let sandbox = Sandbox::start().await.as_token(BEN);
    let message = "You are not permitted to write cell values in field Approved (fldLocked00000000)";
    let fields = json!({ "fields": { "Approved": "yes" } });
    for answer in
        [sandbox.post(TASKS, fields.clone()).await, sandbox.patch(&format!("{TASKS}/{PAINT}"), fields).await]
    {
        is(&answer, 403, "INVALID_PERMISSIONS", message);
    }
    assert_eq!(sandbox.get(&format!("{TASKS}/{PAINT}")).await.ok()["fields"].get("Approved"), None);
}

#[tokio::test]
async fn e404_an_undefined_route() {
    let sandbox = Sandbox::start().await;
    for (method, path) in
        [("GET", "/v0"), ("GET", "/v1/app"), ("PATCH", "/v0/meta/whoami"), ("GET", "/v0/a/b/c/d/e")]
    {
        let answer = sandbox.send(method, path, "application/json", "").await;
        assert_eq!((answer.status, answer.json()), (404, json!({ "error": "NOT_FOUND" })), "{method} {path}");
    }
}

#[tokio::test]
async fn e404_a_deleted_or_unknown_record() {
    let sandbox = Sandbox::start().await;
    sandbox.delete(&format!("{TASKS}/{PAINT}")).await.ok();
    for record in [PAINT, "recNothing0000000", "nonsense"] {
        let answer = sandbox.get(&format!("{TASKS}/{record}")).await;
        is(&answer, 404, "MODEL_ID_NOT_FOUND", "Record not found");
    }
}

#[tokio::test]
async fn e404_a_table_that_is_not_there_is_a_403_today() {
    let answer = Sandbox::start().await.get("/v0/appOffice00000000/tblNothing0000000").await;
    assert_eq!(answer.error(), (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND".into()));
}

#[tokio::test]
async fn e403_a_table_that_is_not_there_is_seen_before_what_is_wrong_in_the_rest() {
    let sandbox = Sandbox::start().await;
    let nothing = "/v0/appOffice00000000/Nothing";
    for (method, path) in [
        ("GET", format!("{nothing}?pageSize=0x")),
        ("GET", format!("{nothing}/{PAINT}?cellFormat=html")),
        ("POST", format!("{nothing}/listRecords")),
        ("POST", format!("{nothing}/sync/sync1")),
        ("PATCH", format!("{TABLES}/Nothing")),
        ("POST", format!("{TABLES}/Nothing/fields")),
        ("PATCH", format!("{TABLES}/Nothing/fields/Name")),
    ] {
        let answer = sandbox.send(method, &path, "application/json", "{").await;
        assert_eq!(answer.error(), (403, "INVALID_PERMISSIONS_OR_MODEL_NOT_FOUND".into()), "{method} {path}");
    }
}

#[tokio::test]
async fn e413_a_body_that_is_too_large() {
    let body = vec![b' '; (10 << 20) + 1];
    let answer = Sandbox::start().await.send("POST", TASKS, "application/json", body).await;
    assert_eq!((answer.status, answer.json()), (413, json!({ "error": "REQUEST_TOO_LARGE" })));
}

const INVALID: &str = "Invalid request: parameter validation failed. Check your request data.";

#[tokio::test]
async fn e422_parameters_that_are_not_valid() {
    for query in
        ["pageSize=0", "pageSize=101", "pageSize=x", "maxRecords=0", "cellFormat=string", "cellFormat=html"]
    {
        is(&list(query).await, 422, "INVALID_REQUEST_UNKNOWN", INVALID);
    }
}

#[tokio::test]
async fn e422_no_fields_in_the_body() {
    let sandbox = Sandbox::start().await;
    for body in [json!({}), json!({ "records": [{ "id": PAINT }] })] {
        let answer = sandbox.post(TASKS, body).await;
        let message = "Could not find field \"fields\" in the request body";
        is(&answer, 422, "INVALID_REQUEST_MISSING_FIELDS", message);
    }
}

#[tokio::test]
async fn e422_an_unknown_field_in_fields_in_a_sort_and_in_a_selection() {
    let message = "Unknown field name: \"Nmae\"";
    is(&create(json!({ "Name": "x", "Nmae": "y" })).await, 422, "UNKNOWN_FIELD_NAME", message);
    for query in ["fields[]=Nmae", "sort[0][field]=Nmae"] {
        is(&list(query).await, 422, "UNKNOWN_FIELD_NAME", message);
    }
}

#[tokio::test]
async fn e422_a_value_of_the_wrong_type() {
    let answer = create(json!({ "hours": "many" })).await;
    is(&answer, 422, "INVALID_VALUE_FOR_COLUMN", "Field \"hours\" cannot accept the provided value");
}

#[tokio::test]
async fn e422_a_computed_field() {
    let message = "Field \"Twice\" cannot accept a value because the field is computed";
    is(&create(json!({ "Twice": 2 })).await, 422, "INVALID_VALUE_FOR_COLUMN", message);
}

#[tokio::test]
async fn e422_an_unknown_choice() {
    let message = "Insufficient permissions to create new select option \"\"Opne\"\"";
    is(&create(json!({ "Status": "Opne" })).await, 422, "INVALID_MULTIPLE_CHOICE_OPTIONS", message);
}

#[tokio::test]
async fn e422_an_attachment_that_is_none() {
    for file in [json!({ "id": "attNothing0000000" }), json!({ "url": "data:text/plain,x" }), json!({})] {
        let answer = create(json!({ "Files & papers": [file] })).await;
        assert_eq!(answer.error(), (422, "INVALID_ATTACHMENT_OBJECT".into()));
    }
}

#[tokio::test]
async fn e422_more_than_ten_records_to_create_or_update() {
    let sandbox = Sandbox::start().await;
    let rows = json!({ "records": vec![json!({ "id": PAINT, "fields": {} }); 11] });
    let message = "A maximum of 10 records can be created per request but you have provided 11.";
    is(&sandbox.post(TASKS, rows.clone()).await, 422, "INVALID_RECORDS", message);
    let message = "A maximum of 10 records can be updated per request but you have provided 11.";
    is(&sandbox.patch(TASKS, rows).await, 422, "INVALID_RECORDS", message);
}

#[tokio::test]
async fn e422_more_than_ten_records_to_delete_or_a_list_that_is_none() {
    let sandbox = Sandbox::start().await;
    let many = vec![format!("records[]={PAINT}"); 11].join("&");
    for query in [many, format!("records={PAINT}"), String::new()] {
        let answer = sandbox.delete(&format!("{TASKS}?{query}")).await;
        is(&answer, 422, "INVALID_RECORDS", "\"records\" must be an array of up to 10 record IDs.");
    }
    assert_eq!(sandbox.get(&format!("{TASKS}/{PAINT}")).await.status, 200);
}

#[tokio::test]
async fn e422_a_record_that_does_not_exist_is_updated_or_linked() {
    let sandbox = Sandbox::start().await;
    let gone = "recNothing0000000";
    let message = "Record ID recNothing0000000 does not exist in this table";
    let rows =
        json!({ "records": [{ "id": PAINT, "fields": { "Hours": 1 } }, { "id": gone, "fields": {} }] });
    is(&sandbox.patch(TASKS, rows).await, 422, "ROW_DOES_NOT_EXIST", message);
    assert_eq!(sandbox.get(&format!("{TASKS}/{PAINT}")).await.ok()["fields"]["Hours"], 12.5);
    is(&create(json!({ "Client": [gone] })).await, 422, "ROW_DOES_NOT_EXIST", message);
}

#[tokio::test]
async fn e422_a_link_that_is_no_array_of_record_ids() {
    for value in [json!("recHarbour0000000"), json!([{ "id": "recHarbour0000000" }]), json!(["Harbour"])] {
        let answer = create(json!({ "Client": value })).await;
        is(&answer, 422, "INVALID_RECORD_ID", "Value is not an array of record IDs.");
    }
}

#[tokio::test]
async fn e422_a_link_to_a_record_of_another_table() {
    let answer = create(json!({ "Client": [SAND] })).await;
    assert_eq!(answer.error(), (422, "ROW_TABLE_DOES_NOT_MATCH_LINKED_TABLE".into()));
}

#[tokio::test]
async fn e422_a_formula_that_is_none_or_names_unknown_fields() {
    let prefix = "The formula for filtering records is invalid: ";
    for formula in ["1%2B", "NOPE(1)", "IF()", "{Name"] {
        let message = format!("{prefix}Invalid formula. Please check your formula text.");
        is(&list(&format!("filterByFormula={formula}")).await, 422, "INVALID_FILTER_BY_FORMULA", &message);
    }
    let message = format!("{prefix}Unknown field names: nope, other");
    is(&list("filterByFormula={Nope}={Other}").await, 422, "INVALID_FILTER_BY_FORMULA", &message);
}

#[tokio::test]
async fn e422_an_offset_that_is_none() {
    is(&list("offset=rubbish").await, 422, "INVALID_OFFSET_VALUE", "The value of offset rubbish is invalid");
}

#[tokio::test]
async fn e422_an_iterator_that_is_gone() {
    let sandbox = Sandbox::start().await;
    let first = sandbox.get(&format!("{TASKS}?pageSize=1")).await.ok();
    let next = format!("{TASKS}?pageSize=1&offset={}", first["offset"].as_str().unwrap());
    sandbox.get(&next).await.ok();
    sandbox.advance(601).await;
    let answer = sandbox.get(&next).await;
    let body = json!({ "error": { "type": "LIST_RECORDS_ITERATOR_NOT_AVAILABLE" } });
    assert_eq!((answer.status, answer.json()), (422, body));
}

#[tokio::test]
async fn e422_an_iterator_of_another_table() {
    let sandbox = Sandbox::start().await;
    let first = sandbox.get(&format!("{TASKS}?pageSize=1")).await.ok();
    let elsewhere = format!("/v0/{BASE}/Clients?pageSize=1&offset={}", first["offset"].as_str().unwrap());
    let refused = sandbox.get(&elsewhere).await.error();
    assert_eq!(refused, (422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE".into()));
}

#[tokio::test]
async fn e422_a_view_that_is_not_there_by_the_shape_of_its_name() {
    assert_eq!(list("view=Nothing").await.error(), (422, "VIEW_NAME_NOT_FOUND".into()));
    assert_eq!(list("view=viwNothing0000000").await.error(), (422, "VIEW_ID_NOT_FOUND".into()));
}

#[tokio::test]
async fn e422_an_upsert_that_matches_more_than_one() {
    let sandbox = Sandbox::start().await;
    sandbox.post(TASKS, json!({ "fields": { "Name": "Sand the deck" } })).await.ok();
    let rows = json!({
        "performUpsert": { "fieldsToMergeOn": ["Name"] },
        "records": [{ "fields": { "Name": "Paint the hull", "Hours": 1 } }, { "fields": { "Name": "Sand the deck" } }],
    });
    assert_eq!(sandbox.patch(TASKS, rows).await.error(), (422, "INVALID_REQUEST_UNKNOWN".into()));
    assert_eq!(sandbox.get(&format!("{TASKS}/{PAINT}")).await.ok()["fields"]["Hours"], 12.5);
}

#[tokio::test]
async fn e422_schemas_that_cannot_be() {
    let sandbox = Sandbox::start().await;
    let field = |name: &str, kind: &str| json!({ "name": name, "type": kind });
    for (body, kind) in [
        (field("name", "singleLineText"), "DUPLICATE_OR_EMPTY_FIELD_NAME"),
        (field(" ", "singleLineText"), "DUPLICATE_OR_EMPTY_FIELD_NAME"),
        (field("Price", "number"), "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE"),
        (field("Price", "hologram"), "UNSUPPORTED_FIELD_TYPE_FOR_CREATE"),
    ] {
        assert_eq!(sandbox.post(FIELDS, body).await.error(), (422, kind.into()));
    }
    let table = json!({ "name": "TASKS", "fields": [field("Name", "singleLineText")] });
    assert_eq!(sandbox.post(TABLES, table).await.error(), (422, "DUPLICATE_TABLE_NAME".into()));
    assert_eq!(sandbox.get(TABLES).await.ok()["tables"].as_array().unwrap().len(), 2);
}

#[tokio::test]
async fn e422_an_eleventh_webhook() {
    let sandbox = Sandbox::start().await;
    let hooks = format!("/v0/bases/{BASE}/webhooks");
    let wanted = json!({ "specification": { "options": { "filters": { "dataTypes": ["tableData"] } } } });
    for _ in 0..10 {
        sandbox.post(&hooks, wanted.clone()).await.ok();
    }
    assert_eq!(sandbox.post(&hooks, wanted).await.error().1, "TOO_MANY_WEBHOOKS_IN_BASE");
}

#[tokio::test]
async fn e429_too_many_requests_in_a_second() {
    let sandbox = Sandbox::start().await;
    sandbox.turn(json!({ "rate": { "per_base": 0 } })).await;
    let message = "Rate limit exceeded. Please try again later";
    is(&sandbox.get(TASKS).await, 429, "RATE_LIMIT_REACHED", message);
}

#[tokio::test]
async fn e429_the_calls_of_the_month_are_used_up() {
    let sandbox = Sandbox::start().await;
    sandbox.turn(json!({ "quota": { "calls": 1 } })).await;
    sandbox.get(TASKS).await.ok();
    let message = "API billing plan limit exceeded. You've reached the maximum number of requests allowed for this month.";
    is(&sandbox.get(TASKS).await, 429, "PUBLIC_API_BILLING_LIMIT_EXCEEDED", message);
}

/// A month is not over in the seconds of a penalty.
#[tokio::test]
async fn e429_only_too_many_requests_in_a_second_say_when_to_retry() {
    let sandbox = Sandbox::start().await;
    let rate = json!({ "per_base": 1, "penalty_seconds": 30, "retry_after": true });
    sandbox.turn(json!({ "rate": rate })).await;
    sandbox.get(TASKS).await.ok();
    assert_eq!(sandbox.get(TASKS).await.headers["retry-after"], "30");
    sandbox.turn(json!({ "rate": { "per_base": null }, "quota": { "calls": 0 } })).await;
    let used_up = sandbox.get(TASKS).await;
    assert_eq!((used_up.status, used_up.headers.get("retry-after")), (429, None));
    let failure = json!({ "route": "*", "status": 429, "chance": 1, "retry_after_seconds": 7 });
    sandbox.turn(json!({ "quota": { "calls": null }, "failures": [failure] })).await;
    assert_eq!(sandbox.get(TASKS).await.headers["retry-after"], "7");
}

async fn failing(status: u16) -> (Sandbox, Answer) {
    let sandbox = Sandbox::start().await;
    let failure =
        json!({ "route": "records.create", "status": status, "chance": 1.0, "retry_after_seconds": 3 });
    sandbox.turn(json!({ "failures": [failure] })).await;
    let answer = sandbox.post(TASKS, json!({ "fields": {} })).await;
    assert_eq!(sandbox.effects().await, [] as [String; 0], "what fails before it is done does nothing");
    (sandbox, answer)
}

#[tokio::test]
async fn e500_the_server_fails() {
    let (sandbox, answer) = failing(500).await;
    assert_eq!((answer.status, answer.json()), (500, json!({ "error": { "type": "SERVER_ERROR" } })));
    assert_eq!(sandbox.get(TASKS).await.status, 200, "only the route that is named fails");
}

#[tokio::test]
async fn e502_what_stands_before_it_answers_no_json() {
    let (_, answer) = failing(502).await;
    assert_eq!((answer.status, answer.headers["content-type"].as_bytes()), (502, b"text/html".as_slice()));
}

#[tokio::test]
async fn e503_it_is_safe_to_try_again() {
    let (_, answer) = failing(503).await;
    let message =
        "Server encountered an error while processing your request, and it is safe to retry the request";
    is(&answer, 503, "RETRIABLE_ERROR", message);
    assert_eq!(answer.headers["retry-after"], "3");
}
