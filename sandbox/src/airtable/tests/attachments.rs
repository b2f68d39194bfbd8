//! Attachments: fetched behind the answer or uploaded in it, given out by addresses that end, kept through an export.

use std::net::SocketAddr;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use super::harness::{Answer, Sandbox, eventually};
use super::seed::{DEE, FILES, PAINT, SAND, TASKS, seed};
use super::source::{PNG, Source};

const FIELD: &str = "Files & papers";
const UPLOAD: &str = "/v0/appOffice00000000/recPaint000000000/Files%20%26%20papers/uploadAttachment";

async fn cell(sandbox: &Sandbox, record: &str) -> Value {
    let mut record = sandbox.get(&format!("{TASKS}/{record}")).await.ok();
    record["fields"][FIELD].take()
}

async fn attach(sandbox: &Sandbox, attachments: Value) -> Value {
    let body = json!({ "fields": { FIELD: attachments } });
    let mut record = sandbox.patch(&format!("{TASKS}/{PAINT}"), body).await.ok();
    record["fields"][FIELD].take()
}

/// The cell once every file has come or gone.
async fn settled(sandbox: &Sandbox) -> Value {
    eventually("no attachment waits for its file", || async {
        let cell = cell(sandbox, PAINT).await;
        let waits = cell.as_array().into_iter().flatten().any(|one| one.get("size").is_none());
        (!waits).then_some(cell)
    })
    .await
}

async fn upload(sandbox: &Sandbox, name: &str, kind: &str, file: &str) -> Answer {
    sandbox.post(UPLOAD, json!({ "filename": name, "contentType": kind, "file": file })).await
}

/// What lies at an address that the server gave.
async fn fetched(sandbox: &Sandbox, url: &Value) -> Answer {
    let url: hyper::Uri = url.as_str().unwrap().parse().unwrap();
    let at: SocketAddr = url.authority().unwrap().as_str().parse().unwrap();
    assert_eq!(at, sandbox.address);
    sandbox.get(url.path()).await
}

fn names(cell: &Value) -> Vec<&str> {
    cell.as_array().into_iter().flatten().map(|one| one["filename"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_file_is_fetched_behind_the_answer_and_served_as_it_was() {
    let (sandbox, source) = (Sandbox::start().await, Source::start().await);
    sandbox.turn(json!({ "attachments": { "fetch_delay_ms": 50 } })).await;
    let url = source.url("/papers/hull%20plan.png");
    let at_first = attach(&sandbox, json!([{ "url": url }])).await;
    assert_eq!(at_first, json!([{ "id": at_first[0]["id"], "url": url }]));
    let cell = settled(&sandbox).await;
    assert_eq!(cell[0]["id"], at_first[0]["id"]);
    assert_eq!(names(&cell), ["hull plan.png"]);
    assert_eq!((&cell[0]["size"], &cell[0]["type"]), (&json!(PNG.len()), &json!("image/png")));
    assert_eq!((&cell[0]["width"], &cell[0]["height"]), (&json!(6), &json!(4)));
    let served = fetched(&sandbox, &cell[0]["url"]).await;
    assert_eq!((served.status, &served.body[..]), (200, PNG));
    assert_eq!(served.headers["content-type"], "image/png");
    for size in ["small", "large", "full"] {
        let thumbnail = &cell[0]["thumbnails"][size];
        assert!(thumbnail["url"] != cell[0]["url"] && thumbnail["width"] == 6, "{thumbnail}");
        assert_eq!(fetched(&sandbox, &thumbnail["url"]).await.body, PNG);
    }
    eventually("the journal tells of the arrival", || async {
        (sandbox.effects().await == ["record.updated", "record.updated"]).then_some(())
    })
    .await;
}

#[tokio::test]
async fn a_file_does_not_come_back_to_a_cell_that_was_cleared_meanwhile() {
    let (sandbox, source) = (Sandbox::start().await, Source::start().await);
    sandbox.turn(json!({ "attachments": { "fetch_delay_ms": 100 } })).await;
    attach(&sandbox, json!([{ "url": source.url("/plain.txt") }])).await;
    attach(&sandbox, json!(null)).await;
    eventually("the fetch is over", || async {
        let journal = sandbox.get("/_sim/journal").await.ok().to_string();
        journal.contains("attachments.fetch").then_some(())
    })
    .await;
    assert_eq!(cell(&sandbox, PAINT).await, Value::Null);
}

#[tokio::test]
async fn a_file_that_cannot_be_fetched_vanishes_from_its_cell() {
    let (sandbox, source) = (Sandbox::start().await, Source::start().await);
    let plain = source.url("/plain.txt");
    for wrong in ["/missing", "/large", "/4/away"].map(|path| source.url(path)) {
        attach(&sandbox, json!([{ "url": wrong }, { "url": plain, "filename": "kept" }])).await;
        assert_eq!(names(&settled(&sandbox).await), ["kept"], "{wrong}");
    }
    for elsewhere in ["http://192.0.2.1/a.png", "https://127.0.0.1/a.png", "http://127.0.0.1:1/a.png"] {
        attach(&sandbox, json!([{ "url": elsewhere }])).await;
        assert_eq!(settled(&sandbox).await, Value::Null, "{elsewhere}");
    }
    sandbox.turn(json!({ "attachments": { "fetch_fail_chance": 1.0 } })).await;
    attach(&sandbox, json!([{ "url": plain }])).await;
    assert_eq!(settled(&sandbox).await, Value::Null);
}

#[tokio::test]
async fn three_redirects_are_followed() {
    let (sandbox, source) = (Sandbox::start().await, Source::start().await);
    attach(&sandbox, json!([{ "url": source.url("/3/away"), "filename": "far.txt" }])).await;
    let cell = settled(&sandbox).await;
    assert_eq!(names(&cell), ["far.txt"]);
    assert_eq!(fetched(&sandbox, &cell[0]["url"]).await.body, "Plain");
}

#[tokio::test]
async fn an_address_ends_and_every_answer_gives_a_new_one() {
    let sandbox = Sandbox::start().await;
    upload(&sandbox, "a.txt", "text/plain", "QQ==").await.ok();
    sandbox.post("/_sim/clock", json!({ "stop_at": "2024-05-01T00:00:00Z" })).await.ok();
    let old = cell(&sandbox, PAINT).await[0]["url"].clone();
    sandbox.advance(7_199).await;
    assert_eq!(fetched(&sandbox, &old).await.status, 200);
    let new = cell(&sandbox, PAINT).await[0]["url"].clone();
    sandbox.advance(1).await;
    assert_eq!(fetched(&sandbox, &old).await.status, 410);
    assert_eq!(fetched(&sandbox, &new).await.status, 200);
}

#[tokio::test]
async fn an_address_that_was_not_given_leads_nowhere() {
    let sandbox = Sandbox::start().await;
    upload(&sandbox, "a.txt", "text/plain", "QQ==").await.ok();
    let url = cell(&sandbox, PAINT).await[0]["url"].as_str().unwrap().to_owned();
    let path = url.split_once("/_files/").unwrap().1;
    let parts: Vec<&str> = path.split('/').collect();
    let [id, until, signature, _] = parts[..] else { panic!("{path}") };
    let later = until.parse::<i64>().unwrap() + 1;
    for (forged, status) in [
        (format!("/_files/{id}/{later}/{signature}/a.txt"), 403),
        (format!("/_files/{id}/{until}/{}/a.txt", signature.replace(char::is_numeric, "a")), 403),
        (format!("/_files/{id}/never/{signature}/a.txt"), 403),
        (format!("/_files/att00000000000000/{until}/{signature}/a.txt"), 403),
        (format!("/_files/{id}"), 404),
        ("/_files/nothing/1/2/3".to_owned(), 404),
    ] {
        assert_eq!(sandbox.get(&forged).await.status, status, "{forged}");
    }
}

#[tokio::test]
async fn base64_with_line_breaks_is_uploaded_and_appended() {
    let sandbox = Sandbox::start().await;
    let contents = "Sixty letters in a line are not enough to fill one of them, so that there are two.";
    let mut broken = String::new();
    for line in STANDARD.encode(contents).as_bytes().chunks(76) {
        broken += str::from_utf8(line).unwrap();
        broken += "\n";
    }
    assert!(broken.lines().count() > 1);
    upload(&sandbox, "first.txt", "text/plain", "\t QUJ\r\nD ").await.ok();
    let said = upload(&sandbox, "second.txt", "text/plain", &broken).await.ok();
    let all = &said["fields"][FILES];
    assert_eq!((&said["id"], names(all)), (&json!(PAINT), vec!["first.txt", "second.txt"]));
    assert!(said["createdTime"].is_string());
    assert_eq!(said["fields"].as_object().unwrap().len(), 1);
    assert_eq!(fetched(&sandbox, &all[0]["url"]).await.body, "ABC");
    assert_eq!(fetched(&sandbox, &all[1]["url"]).await.body, contents);
    assert_eq!(all[1]["size"], contents.len());
}

#[tokio::test]
async fn an_upload_that_cannot_be_taken_is_refused_and_changes_nothing() {
    let sandbox = Sandbox::start().await;
    let file = json!({ "filename": "a", "contentType": "text/plain", "file": "QQ==" });
    let to = |record: &str, field: &str| format!("/v0/appOffice00000000/{record}/{field}/uploadAttachment");
    for (path, status, kind) in [
        (to(PAINT, "Name"), 422, "INVALID_VALUE_FOR_COLUMN"),
        (to(PAINT, "Nothing"), 422, "UNKNOWN_FIELD_NAME"),
        (to("rec00000000000000", FILES), 404, "MODEL_ID_NOT_FOUND"),
    ] {
        assert_eq!(sandbox.post(&path, file.clone()).await.error(), (status, kind.into()), "{path}");
    }
    for (file, status) in [("Q*==", 422), (STANDARD.encode(vec![0; (5 << 20) + 1]).as_str(), 413)] {
        assert_eq!(upload(&sandbox, "a", "text/plain", file).await.status, status);
    }
    assert_eq!(sandbox.post(UPLOAD, json!({ "filename": "a" })).await.status, 422);
    assert_eq!(upload(&sandbox.as_token(DEE), "a", "text/plain", "QQ==").await.status, 403);
    assert_eq!(cell(&sandbox, PAINT).await, Value::Null);
    let largest = STANDARD.encode(vec![0; 5 << 20]);
    assert_eq!(upload(&sandbox, "a", "application/zip", &largest).await.status, 200);
}

#[tokio::test]
async fn what_is_sent_back_by_id_is_kept_and_by_url_is_another_copy() {
    let sandbox = Sandbox::start().await;
    upload(&sandbox, "a.txt", "text/plain", "QQ==").await.ok();
    upload(&sandbox, "b.txt", "text/plain", "Qg==").await.ok();
    let before = cell(&sandbox, PAINT).await;
    attach(&sandbox, json!([{ "id": before[1]["id"] }, { "url": before[0]["url"] }])).await;
    let after = settled(&sandbox).await;
    assert_eq!(after[0]["id"], before[1]["id"]);
    assert_ne!(after[1]["id"], before[0]["id"]);
    assert_eq!(names(&after), ["b.txt", "a.txt"]);
    assert_eq!(fetched(&sandbox, &after[1]["url"]).await.body, "A");
    let gone = json!({ "fields": { FIELD: [{ "id": before[0]["id"] }] } });
    let refused = sandbox.patch(&format!("{TASKS}/{PAINT}"), gone).await.error();
    assert_eq!(refused, (422, "INVALID_ATTACHMENT_OBJECT".into()));
}

#[tokio::test]
async fn files_of_a_seed_are_served_exported_and_copied() {
    let mut seeded = seed();
    seeded["bases"][0]["tables"][0]["records"][1]["fields"][FIELD] = json!([
        { "id": "attPlan0000000000", "filename": "plan.png", "data": STANDARD.encode(PNG) },
        { "id": "attNote0000000000", "filename": "note.txt", "type": "text/plain", "text": "Note" },
    ]);
    let sandbox = Sandbox::start_with(seeded).await;
    let files = cell(&sandbox, SAND).await;
    assert_eq!((&files[0]["type"], &files[0]["width"]), (&json!("image/png"), &json!(6)));
    assert_eq!(fetched(&sandbox, &files[0]["url"]).await.body, PNG);
    let exported = sandbox.get("/_sim/export").await.ok();
    let again = Sandbox::start_with(exported.clone()).await;
    assert_eq!(again.get("/_sim/export").await.ok(), exported);
    let files = cell(&again, SAND).await;
    assert_eq!(fetched(&again, &files[1]["url"]).await.body, "Note");
    let copy = again.post("/_sim/bases/appOffice00000000/copy", json!({})).await.ok();
    let copied = again.get(&format!("/v0/{}/Tasks", copy["base_id"].as_str().unwrap())).await.ok();
    let copied = &copied["records"][1]["fields"][FIELD];
    assert_ne!(copied[1]["id"], files[1]["id"]);
    assert_eq!(fetched(&again, &copied[1]["url"]).await.body, "Note");
}

#[tokio::test]
async fn files_that_are_looked_up_have_addresses_too() {
    let mut seeded = seed();
    let lookup = json!({
        "id": "fldPapers00000000", "name": "Papers", "type": "multipleLookupValues", "options": {
            "isValid": true, "recordLinkFieldId": "fldTasks000000000", "fieldIdInLinkedTable": FILES,
            "result": { "type": "multipleAttachments", "options": { "isReversed": false } } },
    });
    seeded["bases"][0]["tables"][1]["fields"].as_array_mut().unwrap().push(lookup);
    let sandbox = Sandbox::start_with(seeded).await;
    upload(&sandbox, "a.txt", "text/plain", "QQ==").await.ok();
    let clients = sandbox.get("/v0/appOffice00000000/Clients").await.ok();
    let papers = &clients["records"][0]["fields"]["Papers"];
    assert_eq!(fetched(&sandbox, &papers[0]["url"]).await.body, "A");
}

#[tokio::test]
async fn a_file_that_is_told_as_a_text_has_an_address_behind_its_name() {
    let sandbox = Sandbox::start().await;
    upload(&sandbox, "hull plan.txt", "text/plain", "aGFsbG8=").await.ok();
    let as_text = format!("{TASKS}/{PAINT}?cellFormat=string&timeZone=UTC&userLocale=en-us");
    let told = sandbox.get(&as_text).await.ok()["fields"]["Files & papers"].clone();
    let (name, address) = told.as_str().unwrap().split_once(" (").unwrap();
    assert_eq!(name, "hull plan.txt");
    let address = json!(address.strip_suffix(')').unwrap());
    assert_eq!(fetched(&sandbox, &address).await.body, "hallo");
}

#[tokio::test]
async fn a_payload_gives_its_files_addresses_of_the_time_it_is_read() {
    let sandbox = Sandbox::start().await;
    let hooks = "/v0/bases/appOffice00000000/webhooks";
    let wanted = json!({ "specification": { "options": { "filters": { "dataTypes": ["tableData"] }, "includes": {
        "includeCellValuesInFieldIds": "all", "includePreviousCellValues": true } } } });
    let hook = sandbox.post(hooks, wanted).await.ok();
    let way = format!("{hooks}/{}/payloads", hook["id"].as_str().unwrap());
    upload(&sandbox, "hull.png", "image/png", &STANDARD.encode(PNG)).await.ok();
    sandbox.patch(&format!("{TASKS}/{PAINT}"), json!({ "fields": { "Name": r#"{"id":"att"}"# } })).await.ok();
    attach(&sandbox, json!(null)).await;
    let told = || async {
        let payloads = sandbox.get(&way).await.ok()["payloads"].take();
        let record = |at: usize| {
            payloads[at]["changedTablesById"]["tblTasks000000000"]["changedRecordsById"][PAINT].clone()
        };
        let file = |part: &Value| part["cellValuesByFieldId"][FILES][0].clone();
        [file(&record(0)["current"]), file(&record(1)["unchanged"]), file(&record(2)["previous"])]
    };
    let at_first = told().await;
    sandbox.advance(7_201).await;
    for (before, now) in at_first.iter().zip(told().await) {
        assert_eq!(fetched(&sandbox, &before["url"]).await.status, 410, "{before}");
        assert_eq!(fetched(&sandbox, &now["url"]).await.body, PNG);
        assert_eq!(fetched(&sandbox, &now["thumbnails"]["small"]["url"]).await.body, PNG);
    }
}
