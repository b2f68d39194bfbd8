//! `/v1/workspaces/{workspace}/webhooks`: added with a secret that is shown once, changed, tested and removed; bounded in
//! number, and spoken to only where anybody may be spoken to.

use std::sync::Arc;

use domain::id::Id;
use domain::identity::webhook::{Delivery, WebhookCommand};
use domain::identity::{TenantId, Webhook, WebhookId, WorkspaceId};
use eventstore::event::StreamId;
use eventstore::execute::{Plan, Request};
use eventstore::read::At;
use eventstore::webhook_secrets::{Owner, WebhookSecrets};
use serde_json::{Value, json};
use support::api::{Answer, Call, Person, TestApi};
use support::database;
use support::log::TestLog;
use support::projections::{CAUGHT_UP_WITHIN, assert_rows_equal_the_log, checkpoints_at_head};
use uuid::Uuid;

const URL: &str = "https://hooks.example.org/airtide";

fn id<Kind>(text: &str) -> Id<Kind> {
    Id::new(text).expect("an id")
}

/// Somebody with a workspace.
struct House {
    api: Arc<TestApi>,
    ana: Person,
    workspace: String,
}

impl House {
    async fn open() -> Self {
        Self::at(TestApi::shared().await)
    }

    fn at(api: Arc<TestApi>) -> Self {
        let ana = api.person();
        let made = api.post("/v1/workspaces", json!({ "name": "Orders" })).by(&ana).send().expect(201);
        Self { workspace: made.text("/id"), api, ana }
    }

    fn path(&self) -> String {
        format!("/v1/workspaces/{}/webhooks", self.workspace)
    }

    fn post(&self, path: &str, body: Value) -> Call<'_> {
        self.api.post(path, body).by(&self.ana)
    }

    fn get(&self, path: &str) -> Answer {
        self.api.get(path).by(&self.ana).send()
    }

    fn add(&self, body: Value) -> Answer {
        self.post(&self.path(), body).send()
    }

    /// One that is there: its path.
    fn added(&self) -> String {
        self.add(json!({ "url": URL })).expect(201).header("location").expect("a place").to_owned()
    }

    fn patch(&self, path: &str, etag: &str, body: Value) -> Answer {
        self.api.call("PATCH", path).by(&self.ana).header("if-match", etag).json(body).send()
    }

    fn remove(&self, path: &str) -> Answer {
        self.api.call("DELETE", path).by(&self.ana).header("if-match", "*").send()
    }

    /// What the worker that delivers would record.
    async fn record(&self, log: &TestLog, path: &str, command: WebhookCommand) {
        let tenant: TenantId = id(&self.ana.tenant);
        let request = Request::new(tenant.clone(), "worker").in_workspace(id(&self.workspace));
        let plan = Plan::new().decide::<Webhook>(&tenant, id(id_in(path)), command);
        log.executor().execute(&request, plan).await.expect("it is recorded");
    }

    async fn log(&self) -> TestLog {
        TestLog::open_with(&self.api.database_url, self.api.keys.path()).await
    }
}

fn id_in(path: &str) -> &str {
    path.rsplit('/').next().expect("an id")
}

fn etag(answer: &Answer) -> String {
    answer.header("etag").expect("an ETag").to_owned()
}

fn delivery(number: u128) -> Delivery {
    let event = Uuid::from_u128(number);
    Delivery {
        delivery_id: event,
        event_id: event,
        event_type: "workspace.renamed".into(),
        position: 7,
        attempt: 1,
    }
}

fn delivered(number: u128) -> WebhookCommand {
    WebhookCommand::RecordDelivered { delivery: delivery(number), status: 204, duration_ms: 12 }
}

async fn secrets_kept(house: &House) -> i64 {
    let mut admin = database::superuser(&house.api.database_url).await;
    sqlx::query_scalar("select count(*) from webhook_secrets where tenant = $1")
        .bind(&house.ana.tenant)
        .fetch_one(&mut admin)
        .await
        .expect("a number")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_added_and_its_secret_is_shown_once() {
    let house = House::open().await;
    let body = json!({ "url": URL, "description": "To the shop", "event_types": ["workspace.renamed"] });
    let made = house.add(body).expect(201);
    let secret = made.text("/secret");
    assert!(secret.starts_with("whsec_") && secret.len() == 6 + 44, "{secret}");
    assert_eq!((made.text("/url"), etag(&made)), (URL.into(), "\"1\"".into()));
    assert_eq!(made.at("/event_types"), json!(["workspace.renamed"]));

    let found = house.get(made.header("location").unwrap()).expect(200);
    let mut shown = made.json();
    shown.as_object_mut().unwrap().remove("secret");
    assert_eq!(found.json(), shown);
    let wait_for = made.header("airtide-position").unwrap();
    let listed = house.get(&format!("{}?wait_for={wait_for}", house.path())).expect(200);
    assert_eq!(listed.at("/data"), json!([shown]));

    let events = house.get("/v1/events?aggregate=webhook").expect(200);
    assert_eq!(events.text("/data/0/type"), "webhook.added");
    assert!(!events.body.contains(&secret[6..]), "{}", events.body);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retry_is_told_where_it_is_and_not_shown_the_secret() {
    let house = House::open().await;
    let add = || house.post(&house.path(), json!({ "url": URL })).key("one").send();
    let first = add().expect(201);
    let again = add().expect(409);
    assert_eq!(again.text("/code"), "already_done");
    assert_eq!(again.header("location"), first.header("location"));
    assert!(!again.body.contains("whsec_"), "{}", again.body);
    assert_eq!(secrets_kept(&house).await, 1, "what the retry drew is gone");

    let path = first.header("location").unwrap();
    let rotate = || house.api.call("POST", &format!("{path}/rotate-secret")).by(&house.ana).key("two").send();
    rotate().expect(200);
    let again = rotate().expect(409);
    assert_eq!((again.text("/code"), again.header("location")), ("already_done".into(), Some(path)));
    assert_eq!(secrets_kept(&house).await, 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_may_not_be_spoken_to_is_refused_at_once() {
    let house = House::open().await;
    let path = house.added();
    for url in [
        "http://127.0.0.1:3000/",
        "http://127.1/",
        "http://0x7f000001/",
        "http://2130706433/",
        "http://[::1]/",
        "http://[::ffff:10.0.0.1]/",
        "http://[64:ff9b::7f00:1]/",
        "http://100.64.0.1/",
        "http://169.254.169.254/latest/meta-data/",
        "https://example.org:22/",
    ] {
        for refused in [house.add(json!({ "url": url })), house.patch(&path, "*", json!({ "url": url }))] {
            let refused = refused.expect(422);
            assert_eq!(refused.text("/errors/0/pointer"), "/url", "{url}");
            assert_eq!(refused.text("/errors/0/code"), "egress_blocked", "{url}");
            assert!(!refused.body.contains("127.0.0.1"), "{}", refused.body);
        }
    }
    for url in ["", "hooks", "ftp://example.org/", "https://ana:secret@example.org/", "https://"] {
        let refused = house.add(json!({ "url": url })).expect(422);
        assert_eq!(refused.text("/errors/0/code"), "bad_url", "{url}");
    }
    let long = format!("https://example.org/{}", "x".repeat(2_048));
    assert_eq!(house.add(json!({ "url": long })).expect(422).text("/errors/0/pointer"), "/url");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_types_that_webhooks_carry_can_be_chosen() {
    let house = House::open().await;
    let refused =
        |event_types: Value| house.add(json!({ "url": URL, "event_types": event_types })).expect(422);
    let answer = refused(json!(["webhook.delivered", "workspace.painted", "workspace.renamed"]));
    assert_eq!(answer.text("/errors/0/code"), "not_deliverable");
    assert_eq!(answer.text("/errors/1/code"), "unknown_event_type");
    assert_eq!(answer.text("/errors/1/pointer"), "/event_types/1");
    assert_eq!(refused(json!(["user.registered"])).text("/errors/0/code"), "not_deliverable");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_needs_its_version_and_deliveries_do_not_spoil_it() {
    let house = House::open().await;
    let path = house.added();
    let missing = house.api.call("PATCH", &path).by(&house.ana).json(json!({ "enabled": false })).send();
    assert_eq!(missing.expect(428).text("/code"), "precondition_required");

    let log = house.log().await;
    house.record(&log, &path, delivered(1)).await;
    let changed =
        house.patch(&path, "\"1\"", json!({ "enabled": false, "description": "Later" })).expect(200);
    assert_eq!((changed.at("/enabled"), changed.text("/disabled_because")), (json!(false), "asked".into()));
    assert_eq!((etag(&changed), etag(&house.get(&path))), ("\"3\"".into(), "\"3\"".into()));
    let late = house.patch(&path, "\"1\"", json!({ "enabled": true })).expect(412);
    assert_eq!(late.text("/code"), "changed_meanwhile");
    let wrong = house.patch(&path, "*", json!({ "description": "x".repeat(501) })).expect(422);
    assert_eq!(wrong.text("/errors/0/pointer"), "/description");
    log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_retried_change_is_made_once_and_answered_the_same() {
    let house = House::open().await;
    let path = house.added();
    let patch = || {
        let call = house.api.call("PATCH", &path).by(&house.ana).key("one").header("if-match", "\"1\"");
        call.json(json!({ "description": "First" })).send().expect(200)
    };
    let first = patch();
    house.patch(&path, "*", json!({ "description": "Second" })).expect(200);
    let again = patch();
    assert_eq!((again.json(), etag(&again)), (first.json(), etag(&first)));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_webhook_is_gone_and_may_be_removed_again() {
    let house = House::open().await;
    let path = house.added();
    let position = house.remove(&path).expect(204).header("airtide-position").unwrap().to_owned();
    house.remove(&path).expect(204);
    house.get(&path).expect(404);
    house.get(&format!("{path}/deliveries")).expect(404);
    house.patch(&path, "*", json!({ "enabled": false })).expect(404);
    house.api.call("POST", &format!("{path}/test")).by(&house.ana).send().expect(404);
    let listed = house.get(&format!("{}?wait_for={position}", house.path())).expect(200);
    assert_eq!(listed.at("/data"), json!([]));
    assert_eq!(secrets_kept(&house).await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_workspace_has_twenty_webhooks_and_no_more() {
    let house = House::open().await;
    let mut paths = Vec::new();
    for number in 0..20 {
        let call = house.post(&house.path(), json!({ "url": URL })).key(&format!("k{number}"));
        paths.push(call.send().expect(201).header("location").unwrap().to_owned());
    }
    assert_eq!(house.add(json!({ "url": URL })).expect(409).text("/code"), "too_many_webhooks");
    // The retry of what took the last place is a retry.
    let again = house.post(&house.path(), json!({ "url": URL })).key("k19").send().expect(409);
    assert_eq!(again.text("/code"), "already_done");
    assert_eq!(secrets_kept(&house).await, 20);

    house.remove(&paths[7]).expect(204);
    house.added();
    assert_eq!(house.add(json!({ "url": URL })).expect(409).text("/code"), "too_many_webhooks");
    let other = house.post("/v1/workspaces", json!({ "name": "Other" })).send().expect(201).text("/id");
    house.post(&format!("/v1/workspaces/{other}/webhooks"), json!({ "url": URL })).send().expect(201);
}

#[tokio::test(flavor = "multi_thread")]
async fn those_who_add_at_once_all_find_a_place_until_none_is_left() {
    let house = House::open().await;
    let statuses: Vec<u16> = std::thread::scope(|scope| {
        let adding = |_| scope.spawn(|| house.add(json!({ "url": URL })).status);
        let threads: Vec<_> = (0..24).map(adding).collect();
        threads.into_iter().map(|thread| thread.join().expect("an answer")).collect()
    });
    let answered = |status: u16| statuses.iter().filter(|each| **each == status).count();
    assert_eq!((answered(201), answered(409)), (20, 4), "{statuses:?}");
    assert_eq!(secrets_kept(&house).await, 20);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_of_a_workspace_goes_with_it() {
    let house = House::open().await;
    let path = house.added();
    let workspace = format!("/v1/workspaces/{}", house.workspace);
    house.remove(&workspace).expect(204);
    house.get(&path).expect(404);
    house.get(&house.path()).expect(404);
    house.add(json!({ "url": URL })).expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_rotation_both_secrets_are_there_to_sign_with() {
    let house = House::open().await;
    let path = house.added();
    let rotated = house.api.call("POST", &format!("{path}/rotate-secret")).by(&house.ana).send().expect(200);
    assert!(rotated.text("/secret").starts_with("whsec_"));
    assert!(rotated.at("/previous_secret_until").is_string());
    assert_eq!(etag(&rotated), "\"2\"");

    let log = house.log().await;
    let (tenant, webhook): (TenantId, WebhookId) = (id(&house.ana.tenant), id(id_in(&path)));
    let stream: StreamId = id(webhook.as_str());
    let state = log.log.reader().state_at::<Webhook>(&tenant, stream, At::Now).await.unwrap().state;
    let ids = state.endpoint().unwrap().secrets_at(jiff::Timestamp::now());
    let secrets = WebhookSecrets::open(&log.url, log.log.keys()).unwrap();
    let owner = Owner { tenant: &tenant, webhook: &webhook };
    let read = secrets.read(owner, &ids).await.unwrap();
    assert_eq!(read.len(), 2);
    assert_ne!(read[0].reveal(), read[1].reveal());
    log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_is_asked_for_while_it_is_enabled() {
    let house = House::open().await;
    let path = house.added();
    let test = || house.api.call("POST", &format!("{path}/test")).by(&house.ana).send();
    let asked = test().expect(202);
    assert_eq!(etag(&asked), "\"1\"");
    let events = house.get("/v1/events?type=webhook.test_requested").expect(200);
    assert_eq!(events.text("/data/0/id"), asked.text("/delivery_id"));
    house.patch(&path, "*", json!({ "enabled": false })).expect(200);
    assert_eq!(test().expect(409).text("/code"), "webhook_disabled");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_of_the_workspace_is_delivered_again_and_no_other() {
    let house = House::open().await;
    let path = house.added();
    let redeliver =
        |position: &str| house.post(&format!("{path}/redeliver"), json!({ "position": position })).send();
    let place_of =
        |events: &str| house.get(&format!("/v1/events?{events}")).expect(200).text("/data/0/position");
    let made = place_of(&format!("type=workspace.created&workspace={}", house.workspace));
    let asked = redeliver(&made).expect(202);
    let events = house.get("/v1/events?type=webhook.redelivery_requested").expect(200);
    assert_eq!(events.text("/data/0/id"), asked.text("/delivery_id"));
    assert_eq!(events.text("/data/0/data/event_type"), "workspace.created");

    // Another workspace's, none of any workspace, one that webhooks do not carry, and another tenant's.
    let other = house.post("/v1/workspaces", json!({ "name": "Other" })).send().expect(201);
    let of_another = place_of(&format!("type=workspace.created&workspace={}", other.text("/id")));
    let of_the_tenant = place_of("type=tenant.created");
    let not_carried = place_of("type=webhook.added");
    let bob = house.api.person();
    let of_bob = house
        .api
        .get("/v1/events?type=workspace.created")
        .by(&bob)
        .send()
        .expect(200)
        .text("/data/0/position");
    for position in [of_another, of_the_tenant, not_carried, of_bob] {
        let refused = redeliver(&position).expect(422);
        assert_eq!(refused.text("/errors/0/code"), "not_deliverable");
        assert_eq!(refused.text("/errors/0/pointer"), "/position");
    }
    let (incarnation, _) = made.split_once(':').unwrap();
    redeliver(&format!("{incarnation}:9000000")).expect(422);
    let foreign = format!("{}:1", Uuid::nil());
    assert_eq!(redeliver(&foreign).expect(409).text("/code"), "other_incarnation");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_last_deliveries_are_listed_newest_first() {
    let house = House::at(Arc::new(TestApi::start().await));
    let path = house.added();
    let log = house.log().await;
    for number in 0..103 {
        house.record(&log, &path, delivered(number)).await;
    }
    let gone = WebhookCommand::RecordFailed {
        delivery: delivery(500),
        reason: "status".into(),
        status: Some(410),
        retry_at: None,
    };
    house.record(&log, &path, gone).await;
    let head = log.log.reader().end().await.unwrap();
    let wait_for = format!("{}:{}", head.incarnation, head.position);
    let page = house.get(&format!("{path}/deliveries?limit=60&wait_for={wait_for}")).expect(200);
    assert_eq!((page.at("/data/0/status"), page.text("/data/0/reason")), (json!(410), "status".into()));
    assert_eq!((page.at("/data/1/delivered"), page.at("/data/1/duration_ms")), (json!(true), json!(12)));
    assert_eq!(page.text("/data/1/event_id"), Uuid::from_u128(102).to_string());
    let cursor = page.text("/next_cursor");
    let rest = house.get(&format!("{path}/deliveries?limit=60&cursor={cursor}")).expect(200);
    assert_eq!(rest.at("/data").as_array().unwrap().len(), 40, "a hundred in all");
    assert_eq!(rest.at("/next_cursor"), Value::Null);
    assert_eq!(house.get(&path).expect(200).text("/disabled_because"), "gone");
    checkpoints_at_head(&house.api.database_url, CAUGHT_UP_WITHIN).await;
    assert_rows_equal_the_log(&log.log, &house.api.database_url).await;
    log.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_webhook_is_found_in_its_own_workspace_only() {
    let house = House::open().await;
    let path = house.added();
    let other = house.post("/v1/workspaces", json!({ "name": "Other" })).send().expect(201).text("/id");
    let elsewhere = path.replace(&house.workspace, &other);
    house.get(&elsewhere).expect(404);
    house.patch(&elsewhere, "*", json!({ "enabled": false })).expect(404);
    house.remove(&elsewhere).expect(404);
    let bob = house.api.person();
    house.api.get(&path).by(&bob).send().expect(404);
    let unknown: WorkspaceId = id("wsp_unknown");
    house.post(&format!("/v1/workspaces/{unknown}/webhooks"), json!({ "url": URL })).send().expect(404);
    house.get(&path).expect(200);
}
