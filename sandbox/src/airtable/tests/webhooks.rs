//! Webhooks as programs have them: what happens is told by cursor, pings are signed and come until they are heard.

use std::sync::{Arc, Mutex};

use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper::{Request, Response, StatusCode, body::Incoming};
use hyper_util::rt::TokioIo;
use serde_json::{Value, json};
use tokio::net::TcpListener;

use super::harness::{Sandbox, eventually};
use super::seed::{ANA, BASE, DEE, PAINT, TASKS};

const HOOKS: &str = "/v0/bases/appOffice00000000/webhooks";

/// A server that pings are sent to, which answers as it is told.
struct Receiver {
    url: String,
    heard: Arc<Mutex<Vec<(String, String)>>>,
    status: Arc<Mutex<StatusCode>>,
}

impl Receiver {
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}/ping", listener.local_addr().unwrap());
        let heard = Arc::new(Mutex::new(Vec::new()));
        let status = Arc::new(Mutex::new(StatusCode::NO_CONTENT));
        let (notes, answers) = (Arc::clone(&heard), Arc::clone(&status));
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                let (notes, answers) = (Arc::clone(&notes), Arc::clone(&answers));
                let service = service_fn(move |request: Request<Incoming>| {
                    let (notes, answers) = (Arc::clone(&notes), Arc::clone(&answers));
                    async move { hear(request, &notes, &answers).await }
                });
                tokio::spawn(http1::Builder::new().serve_connection(TokioIo::new(stream), service));
            }
        });
        Self { url, heard, status }
    }

    fn answer(&self, status: StatusCode) {
        *self.status.lock().unwrap() = status;
    }

    /// The bodies and MACs that came, once there are so many.
    async fn heard(&self, many: usize) -> Vec<(String, String)> {
        eventually("pings", || async {
            let heard = self.heard.lock().unwrap().clone();
            (heard.len() >= many).then_some(heard)
        })
        .await
    }
}

async fn hear(
    request: Request<Incoming>,
    notes: &Mutex<Vec<(String, String)>>,
    status: &Mutex<StatusCode>,
) -> Result<Response<Full<Bytes>>, hyper::Error> {
    let mac = request.headers()["x-airtable-content-mac"].to_str().unwrap().to_owned();
    let body = request.into_body().collect().await?.to_bytes();
    notes.lock().unwrap().push((String::from_utf8(body.to_vec()).unwrap(), mac));
    let mut response = Response::new(Full::new(Bytes::new()));
    *response.status_mut() = *status.lock().unwrap();
    Ok(response)
}

fn wanting(url: Option<&str>) -> Value {
    json!({
        "notificationUrl": url,
        "specification": { "options": { "filters": { "dataTypes": ["tableData", "tableFields"] } } },
    })
}

async fn payloads(sandbox: &Sandbox, hook: &Value, cursor: u64) -> Value {
    let id = hook["id"].as_str().unwrap();
    sandbox.get(&format!("{HOOKS}/{id}/payloads?cursor={cursor}")).await.ok()
}

#[tokio::test]
async fn what_programs_and_people_do_is_told_by_cursor() {
    let sandbox = Sandbox::start().await;
    let hook = sandbox.post(HOOKS, wanting(None)).await.ok();
    sandbox.patch(&format!("{TASKS}/{PAINT}"), json!({ "fields": { "Hours": 20 } })).await.ok();
    let edit = json!({ "as": "usrBen00000000000", "table": "Tasks", "update": [{ "id": PAINT, "fields": { "Done": "true" } }] });
    sandbox.post(&format!("/_sim/bases/{BASE}/edit"), edit).await.ok();
    let told = payloads(&sandbox, &hook, 1).await;
    let sources: Vec<_> =
        told["payloads"].as_array().unwrap().iter().map(|one| &one["actionMetadata"]["source"]).collect();
    assert_eq!(sources, ["publicApi", "client"]);
    assert_eq!(told["payloads"][1]["actionMetadata"]["sourceMetadata"]["user"]["email"], "ben@example.org");
    let changed = &told["payloads"][0]["changedTablesById"]["tblTasks000000000"]["changedRecordsById"][PAINT];
    assert_eq!(
        changed["current"]["cellValuesByFieldId"],
        json!({ "fldHours000000000": 20, "fldTwice000000000": 40 })
    );
    assert_eq!((&told["cursor"], &told["mightHaveMore"]), (&json!(3), &json!(false)));
    assert_eq!(payloads(&sandbox, &hook, 3).await["payloads"], json!([]));
}

#[tokio::test]
async fn a_hook_that_is_killed_says_so_once_and_tells_nothing_more() {
    let sandbox = Sandbox::start().await;
    let hook = sandbox.post(HOOKS, wanting(None)).await.ok();
    let kill = format!("/_sim/bases/{BASE}/webhooks/kill");
    let ben = json!({ "as": "usrBen00000000000" });
    assert_eq!(sandbox.post(&kill, ben.clone()).await.ok(), json!({ "killed": 1 }));
    sandbox.patch(&format!("{TASKS}/{PAINT}"), json!({ "fields": { "Hours": 20 } })).await.ok();
    assert_eq!(sandbox.post(&kill, ben).await.ok(), json!({ "killed": 0 }));
    let told = payloads(&sandbox, &hook, 1).await["payloads"].clone();
    assert_eq!(told.as_array().map(Vec::len), Some(1));
    assert_eq!((&told[0]["error"], &told[0]["code"]), (&json!(true), &json!("INVALID_HOOK")));
}

#[tokio::test]
async fn a_ping_is_signed_with_the_secret_that_was_shown_once() {
    let (sandbox, receiver) = (Sandbox::start().await, Receiver::start().await);
    let hook = sandbox.post(HOOKS, wanting(Some(&receiver.url))).await.ok();
    sandbox.post(TASKS, json!({ "fields": { "Name": "Caulk" } })).await.ok();
    let (body, mac) = receiver.heard(1).await.remove(0);
    let said: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((&said["base"]["id"], &said["webhook"]["id"]), (&json!(BASE), &hook["id"]));
    use base64::Engine;
    let secret =
        base64::engine::general_purpose::STANDARD.decode(hook["macSecretBase64"].as_str().unwrap()).unwrap();
    let key = aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA256, &secret);
    let hex: String = aws_lc_rs::hmac::sign(&key, body.as_bytes())
        .as_ref()
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    assert_eq!(mac, format!("hmac-sha256={hex}"));
    let listed = sandbox.get(HOOKS).await.ok();
    assert_eq!(listed["webhooks"][0].get("macSecretBase64"), None);
}

#[tokio::test]
async fn a_receiver_that_fails_is_tried_again_and_at_last_left_alone() {
    let (sandbox, receiver) = (Sandbox::start().await, Receiver::start().await);
    sandbox.turn(json!({ "pings": { "retry_scale": 0.000001 } })).await;
    receiver.answer(StatusCode::INTERNAL_SERVER_ERROR);
    sandbox.post(HOOKS, wanting(Some(&receiver.url))).await.ok();
    sandbox.post(TASKS, json!({ "fields": { "Name": "Caulk" } })).await.ok();
    receiver.heard(14).await;
    let hook = eventually("the end of pings", || async {
        let hook = sandbox.get(HOOKS).await.ok()["webhooks"][0].clone();
        (hook["areNotificationsEnabled"] == json!(false)).then_some(hook)
    })
    .await;
    assert_eq!(hook["lastNotificationResult"]["willBeRetried"], json!(false));
    assert_eq!(hook["cursorForNextPayload"], json!(2));
}

#[tokio::test]
async fn pings_are_lost_or_doubled_as_the_knobs_say() {
    let (sandbox, receiver) = (Sandbox::start().await, Receiver::start().await);
    sandbox.post(HOOKS, wanting(Some(&receiver.url))).await.ok();
    sandbox.turn(json!({ "pings": { "double_chance": 1.0 } })).await;
    sandbox.post(TASKS, json!({ "fields": { "Name": "Caulk" } })).await.ok();
    receiver.heard(2).await;
    sandbox.turn(json!({ "pings": { "double_chance": 0.0, "lose_chance": 1.0 } })).await;
    sandbox.post(TASKS, json!({ "fields": { "Name": "Oakum" } })).await.ok();
    sandbox.turn(json!({ "pings": { "lose_chance": 0.0 } })).await;
    sandbox.post(TASKS, json!({ "fields": { "Name": "Pitch" } })).await.ok();
    assert!(receiver.heard(3).await.len() <= 4, "a lost ping came");
}

#[tokio::test]
async fn a_deleted_field_kills_the_hook_that_watches_it() {
    let sandbox = Sandbox::start().await;
    let mut wanted = wanting(None);
    wanted["specification"]["options"]["filters"]["watchDataInFieldIds"] = json!(["fldHours000000000"]);
    let hook = sandbox.post(HOOKS, wanted).await.ok();
    let deletion =
        json!({ "as": "usrAna00000000000", "delete_field": { "table": "Tasks", "field": "Hours" } });
    sandbox.post(&format!("/_sim/bases/{BASE}/schema"), deletion).await.ok();
    sandbox.post(TASKS, json!({ "fields": { "Name": "Caulk" } })).await.ok();
    let told = payloads(&sandbox, &hook, 1).await;
    assert_eq!(told["payloads"].as_array().unwrap().len(), 1);
    assert_eq!(told["payloads"][0]["code"], "INVALID_HOOK");
}

#[tokio::test]
async fn who_may_not_manage_webhooks_has_none() {
    let sandbox = Sandbox::start().await;
    let refused = sandbox.as_token(DEE).post(HOOKS, wanting(None)).await;
    assert_eq!(refused.error(), (403, "INVALID_PERMISSIONS".into()));
    for _ in 0..10 {
        sandbox.as_token(ANA).post(HOOKS, wanting(None)).await.ok();
    }
    assert_eq!(sandbox.post(HOOKS, wanting(None)).await.error().1, "TOO_MANY_WEBHOOKS_IN_BASE");
}
