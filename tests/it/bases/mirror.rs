//! A base here follows one in Airtable: what is there is here, as it is there. Airtable is the stand-in; what people do is done
//! through its side door.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use domain::bases::BaseKey;
use domain::bases::schema::Table;
use domain::identity::TenantId;
use jiff::Timestamp;
use nix::sys::signal::Signal;
use projections::bases::records::RecordsReader;
use serde_json::{Value, json};
use support::api::{Call, Node, Person, TestApi, call};
use support::bases::workspace;
use support::stand_in::StandIn;
use support::{database, processes, wait};

use super::mirror_seeds::faults::{forget_payloads, kill_hooks};
use super::mirrored::{Mirrored, Records};

pub const PATIENCE: Duration = Duration::from_secs(60);
/// Which of the people of the stand-in acts.
pub const EDITOR: &str = "as";

/// A base in the stand-in, and the one here that follows it.
struct Mirror {
    airtable: StandIn,
    api: TestApi,
    ana: Person,
    mirrored: Mirrored,
    /// Where the workers are, if not beside the API.
    workers: Option<Node>,
}

pub fn seed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/seed.json")
}

impl Mirror {
    async fn begin() -> Self {
        let airtable = StandIn::holding(&seed());
        let root = airtable.text("airtable_url").to_owned();
        let variables = [
            ("AIRTIDE__AIRTABLE__ROOT", root.as_str()),
            ("AIRTIDE__AIRTABLE__REQUESTS_PER_MINUTE", "1000000"),
            ("AIRTIDE__AIRTABLE__POLL_MS", "100"),
        ];
        let api = TestApi::start_with(&variables).await;
        Self::connected(airtable, api, None)
    }

    /// With the workers in a process of their own, which nobody asks anything: only notifications say that something happened.
    async fn begin_with_notifications() -> Self {
        let airtable = StandIn::holding(&seed());
        let root = ("AIRTIDE__AIRTABLE__ROOT", airtable.text("airtable_url"));
        let api = TestApi::start_roles("api,projections", &[root]).await;
        let workers = Self::workers(&airtable, &api);
        Self::connected(airtable, api, Some(workers))
    }

    fn workers(airtable: &StandIn, api: &TestApi) -> Node {
        let variables = [
            ("AIRTIDE__AIRTABLE__ROOT", airtable.text("airtable_url")),
            ("AIRTIDE__AIRTABLE__REQUESTS_PER_MINUTE", "1000000"),
            ("AIRTIDE__AIRTABLE__POLL_MS", "3600000"),
            ("AIRTIDE__AIRTABLE__NOTIFY_ROOT", api.url.as_str()),
        ];
        api.another_with("workers", &variables)
    }

    fn connected(airtable: StandIn, api: TestApi, workers: Option<Node>) -> Self {
        let ana = api.person();
        let connected = connect(&api, &ana, airtable.text("token"));
        let orders = workspace(&api, &ana);
        let body = json!({ "connection": connected, "airtable_id": airtable.text("base_id") });
        let made =
            api.post(&format!("/v1/workspaces/{orders}/bases/connect"), body).by(&ana).send().expect(201);
        assert_eq!(made.text("/origin"), "airtable");
        let mirrored = Mirrored {
            url: airtable.text("airtable_url").to_owned(),
            token: airtable.text("token").to_owned(),
            airtable_id: airtable.text("base_id").to_owned(),
            reader: Arc::new(RecordsReader::open(&api.database_url, 2).expect("a pool")),
            tenant: TenantId::new(ana.tenant.as_str()).expect("a tenant id"),
            base: BaseKey::new(made.text("/id")).expect("an id"),
        };
        Self { airtable, api, ana, mirrored, workers }
    }

    fn place(&self) -> String {
        format!("/v1/bases/{}", self.mirrored.base)
    }

    fn sync(&self) -> Value {
        self.api.get(&format!("{}/sync", self.place())).by(&self.ana).send().expect(200).json()
    }

    fn ask(&self, what: &str) {
        self.api.call("POST", &format!("{}/sync/{what}", self.place())).by(&self.ana).send().expect(200);
    }

    async fn becomes(&self, status: &str) {
        wait::until_true(status, PATIENCE, async || self.sync()["status"] == status).await;
    }

    /// Through the side door.
    fn edit(&self, what: &str, body: Value) {
        let base = self.airtable.text("base_id");
        let url = self.airtable.text("airtable_url");
        let call: Call<'_> = call(url, "POST", &format!("/_sim/bases/{base}/{what}"));
        call.json(body).send().expect(200);
    }

    fn knob(&self, body: Value) {
        call(self.airtable.text("airtable_url"), "PATCH", "/_sim/knobs").json(body).send().expect(200);
    }

    fn tables(&self) -> Vec<Table> {
        self.mirrored.tables()
    }

    fn records_there(&self, table: &Table) -> Records {
        self.mirrored.records_there(table)
    }

    async fn is_equal(&self) -> bool {
        self.mirrored.is_equal().await
    }

    async fn becomes_equal(&self) {
        self.mirrored.becomes_equal(PATIENCE, || self.sync().to_string()).await;
    }

    fn events(&self, kind: &str) -> Vec<Value> {
        let path = format!("/v1/events?type={kind}&limit=200");
        let events = self.api.get(&path).by(&self.ana).send().expect(200);
        events.at("/data").as_array().expect("events").clone()
    }
}

pub fn connect(api: &TestApi, ana: &Person, token: &str) -> String {
    let body = json!({ "token": token });
    api.post("/v1/airtable/connections", body).by(ana).send().expect(201).text("/id")
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_of_airtable_comes_in_whole_and_nobody_here_changes_it() {
    let mirror = Mirror::begin().await;
    mirror.becomes("live").await;
    mirror.becomes_equal().await;
    let sync = mirror.sync();
    let read: u64 = sync["tables"]
        .as_array()
        .expect("tables")
        .iter()
        .map(|table| table["records"].as_u64().unwrap())
        .sum();
    assert_eq!(
        read,
        mirror.mirrored.what_is_there().values().map(|records| records.len() as u64).sum::<u64>()
    );
    assert!(sync["hook"]["id"].as_str().is_some_and(|hook| hook.starts_with("ach")), "{sync}");
    let rename = mirror.api.call("PATCH", &mirror.place()).header("if-match", "*");
    let rename = rename.json(json!({ "name": "Other" })).by(&mirror.ana);
    assert_eq!(rename.send().expect(403).text("/code"), "base_read_only");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_people_do_in_airtable_is_here_once() {
    let mirror = Mirror::begin().await;
    mirror.becomes("live").await;
    let tasks = mirror.tables().into_iter().find(|table| table.name == "Tasks").expect("the table");
    let some: Vec<String> = mirror.records_there(&tasks).keys().take(3).map(ToString::to_string).collect();
    mirror.edit(
        "edit",
        json!({
            EDITOR: person(), "table": "Tasks",
            "create": [{ "Name": "Water the roses", "Hours": 2 }],
            "update": [{ "id": some[0], "fields": { "Hours": 7, "Urgent": true } }],
            "delete": [some[1]],
        }),
    );
    mirror.becomes_equal().await;
    let changed = mirror.events("record.changed");
    assert_eq!(changed.len(), 1, "{changed:?}");
    assert_eq!(mirror.events("record.deleted").len(), 1);
    // The same again is nothing new, whoever says it.
    mirror.ask("resync");
    wait::until_true("it was read again", PATIENCE, async || {
        mirror.events("base_sync.sweep_ended").len() == 2
    })
    .await;
    mirror.becomes_equal().await;
    assert_eq!(mirror.events("record.changed").len(), 1);
}

/// Neither what a rollup comes to from afar is told there, nor how it is worked out.
#[tokio::test(flavor = "multi_thread")]
async fn what_airtable_alone_works_out_follows_what_it_looks_at() {
    let mirror = Mirror::begin().await;
    mirror.becomes("live").await;
    let budget = json!({ "id": "recProjRig0000000", "fields": { "Budget": 19 } });
    mirror.edit("edit", json!({ EDITOR: person(), "table": "Projects", "update": [budget] }));
    mirror.becomes_equal().await;
    assert_eq!(mirror.events("base_sync.sweep_ended").len(), 1, "nothing else was read again");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_schema_that_changes_there_changes_here() {
    let mirror = Mirror::begin().await;
    mirror.becomes("live").await;
    let of_tasks = |what: Value| {
        let mut body = what;
        body[EDITOR] = person().into();
        mirror.edit("schema", body);
    };
    of_tasks(json!({ "rename_field": { "table": "Tasks", "field": "Hours", "to": { "name": "Effort" } } }));
    of_tasks(
        json!({ "create_field": { "table": "Tasks", "field": { "name": "Remarks", "type": "multilineText" } } }),
    );
    of_tasks(
        json!({ "retype_field": { "table": "Tasks", "field": "Effort", "to": { "type": "singleLineText" } } }),
    );
    of_tasks(json!({ "delete_field": { "table": "Tasks", "field": "Due" } }));
    mirror.becomes_equal().await;
    assert_eq!(mirror.sync()["status"], "live");
}

#[tokio::test(flavor = "multi_thread")]
async fn how_far_behind_a_table_may_be_is_told_although_nothing_happens() {
    let mirror = Mirror::begin().await;
    mirror.becomes("live").await;
    let as_of =
        || mirror.sync()["tables"][0]["as_of"].as_str().map(|at| at.parse::<Timestamp>().expect("a time"));
    let now = Timestamp::now();
    wait::until_true("it was asked since", PATIENCE, async || as_of().is_some_and(|at| at > now)).await;
    let sync = mirror.sync();
    let tables = sync["tables"].as_array().expect("tables");
    assert!(tables.iter().all(|table| table["lag_seconds"].as_u64().is_some_and(|lag| lag < 60)), "{sync}");
    assert_eq!(mirror.events("base_sync.drained").len(), 0, "nothing was heard");
    // The hook, a page of each table at least, and what was asked since.
    let requests = sync["quota"]["requests_this_month"].as_u64().expect("a number");
    assert!(requests > tables.len() as u64, "{sync}");

    mirror.knob(json!({ "quota": { "calls": 0 } }));
    let is_spent = async || mirror.sync()["quota"]["is_spent"] == true;
    wait::until_true("Airtable says that nothing is left", PATIENCE, is_spent).await;
    let (told, then) = (as_of(), Timestamp::now());
    assert!(told.is_some_and(|at| at < then), "what nobody answered tells nothing: {told:?}");
    assert_eq!(mirror.sync()["trouble"]["code"], "quota_spent");

    mirror.api.call("DELETE", &mirror.place()).by(&mirror.ana).header("if-match", "*").send().expect(204);
    let mut admin = database::superuser(&mirror.api.database_url).await;
    wait::until_true("nothing is kept of a base that is gone", PATIENCE, async || {
        let counting = sqlx::query_scalar("select count(*) from airtable_contacts");
        counting.fetch_one(&mut admin).await.unwrap_or(1_i64) == 0
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_happened_during_a_pause_comes_in_after_it() {
    let mirror = Mirror::begin().await;
    mirror.becomes("live").await;
    mirror.ask("pause");
    mirror.becomes("paused").await;
    mirror.edit(
        "edit",
        json!({
            EDITOR: person(), "table": "Projects", "create": [{ "Name": "A greenhouse" }],
        }),
    );
    mirror.ask("resume");
    mirror.becomes_equal().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_hook_that_died_and_forgot_what_it_told_leads_to_everything_being_read_again() {
    let mirror = Mirror::begin().await;
    mirror.becomes("live").await;
    mirror.becomes_equal().await;
    let hook = mirror.sync()["hook"]["id"].clone();
    mirror.ask("pause");
    mirror.becomes("paused").await;
    let create = |name: &str| json!({ EDITOR: person(), "table": "Projects", "create": [{ "Name": name }] });
    mirror.edit("edit", create("A greenhouse"));
    kill_hooks(&mirror.mirrored.url, &mirror.mirrored.airtable_id);
    forget_payloads(
        &mirror.mirrored.url,
        &mirror.mirrored.token,
        std::slice::from_ref(&mirror.mirrored.airtable_id),
    );
    mirror.ask("resume");
    mirror.becomes_equal().await;
    wait::until_true("another hook tells", PATIENCE, async || {
        let now = mirror.sync()["hook"]["id"].clone();
        now.is_string() && now != hook
    })
    .await;
    mirror.edit("edit", create("A hedge"));
    mirror.becomes_equal().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_that_cannot_be_kept_is_named_and_everything_else_goes_on() {
    let mirror = Mirror::begin().await;
    mirror.becomes("live").await;
    let tasks = mirror.tables().into_iter().find(|table| table.name == "Tasks").expect("the table");
    let some: Vec<String> = mirror.records_there(&tasks).keys().take(2).map(ToString::to_string).collect();
    let rename = |record: &str, name: &str| json!({ "id": record, "fields": { "Name": name } });
    let edit =
        |rows: Value| mirror.edit("edit", json!({ EDITOR: person(), "table": "Tasks", "update": rows }));
    edit(json!([rename(&some[0], "no\u{0}thing"), rename(&some[1], "Oil the hinges")]));
    wait::until_true("one is left out", PATIENCE, async || {
        mirror.sync()["left_out"][0]["record"] == some[0].as_str()
    })
    .await;
    let left_out = mirror.sync()["left_out"][0].clone();
    assert_eq!((&left_out["code"], &left_out["table"]), (&json!("null_character"), &json!(tasks.id)));
    wait::until_true("the other is taken over", PATIENCE, async || {
        mirror.events("record.changed").len() == 1
    })
    .await;
    assert_eq!(mirror.sync()["status"], "live");
    edit(json!([rename(&some[0], "Something")]));
    mirror.becomes_equal().await;
    wait::until_true("none is left out", PATIENCE, async || mirror.sync()["left_out"] == json!([])).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_base_whose_connection_was_revoked_stops_and_stays() {
    let mirror = Mirror::begin().await;
    mirror.becomes("live").await;
    mirror.becomes_equal().await;
    let list = mirror.api.get("/v1/airtable/connections").by(&mirror.ana).send().expect(200);
    let place = format!("/v1/airtable/connections/{}", list.text("/connections/0/id"));
    mirror.api.call("DELETE", &place).by(&mirror.ana).send().expect(204);
    mirror.becomes("failed").await;
    assert_eq!(mirror.sync()["trouble"]["code"], "connection_revoked");
    assert!(mirror.is_equal().await);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_brings_in_what_happened_and_a_killed_worker_misses_nothing() {
    let mut mirror = Mirror::begin_with_notifications().await;
    mirror.becomes("live").await;
    let create = |name: &str| json!({ EDITOR: person(), "table": "Projects", "create": [{ "Name": name }] });
    mirror.edit("edit", create("A pond"));
    mirror.becomes_equal().await;
    let killed = mirror.workers.take().expect("workers");
    processes::send(killed.pid(), Signal::SIGKILL);
    mirror.edit("edit", create("A hedge"));
    mirror.workers = Some(Mirror::workers(&mirror.airtable, &mirror.api));
    mirror.becomes_equal().await;
    // What was told before the kill was taken over once.
    assert_eq!(mirror.events("record.changed").len(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_notification_that_the_hook_did_not_sign_is_none() {
    let mirror = Mirror::begin().await;
    mirror.becomes("live").await;
    let place = format!("/v1/airtable/hooks/{}/{}", mirror.mirrored.tenant, mirror.mirrored.base);
    let forged = "hmac-sha256=e26da696a90933647bddc83995c3e1e3bb1c3d8ce1ff61cb7469767d50b2b2d4";
    for call in [
        mirror.api.post(&place, json!({})),
        mirror.api.post(&place, json!({})).header("x-airtable-content-mac", forged),
    ] {
        call.send().expect(404);
    }
    assert_eq!(mirror.events("base_sync.pinged").len(), 0);
}

/// Who owns the base in the seed.
pub fn person() -> String {
    let seed: Value = serde_json::from_slice(&std::fs::read(seed()).expect("the seed")).expect("JSON");
    seed["people"][0]["id"].as_str().expect("an id").to_owned()
}
