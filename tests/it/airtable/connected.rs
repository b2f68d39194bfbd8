//! A base that is kept in Airtable: read as any other, and written to by nobody here.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde_json::{Value, json};
use support::airtable::{key, refusal};
use support::api::{Answer, TestApi, call};
use support::bases::workspace;
use support::stand_in::StandIn;
use support::{connected, database, wait};

const EGRESS: (&str, &str) = ("AIRTIDE__EGRESS__ALLOW", "127.0.0.1/32");
const FETCHED_WITHIN: Duration = Duration::from_secs(30);
const TEXT: &str = "This base is kept in Airtable. Here it can be read, and is not written to.";
/// What is asked of Airtable by whoever reads and follows a base ends or begins so.
const READS: [&str; 2] = [".list", ".get"];
const FOLLOWS: &str = "webhooks.";

fn seed() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("clients/seed.json")
}

/// With its base, connected and read, and a key for it.
struct Connected {
    airtable: StandIn,
    api: TestApi,
    base: String,
    key: String,
}

impl Connected {
    async fn begin() -> Self {
        let airtable = StandIn::holding(&seed());
        let variables: Vec<_> = connected::variables(&airtable).into_iter().chain([EGRESS]).collect();
        let api = TestApi::start_with(&variables).await;
        let ana = api.person();
        connected::base(&api, &ana, &workspace(&api, &ana), &airtable).await;
        let key = key(&api, &ana, json!({ "scopes": ["bases:read", "bases:write"] }));
        let connected = Self { base: airtable.text("base_id").to_owned(), airtable, api, key };
        wait::until_true("its files are here", FETCHED_WITHIN, async || !connected.names_files_there()).await;
        connected
    }

    fn names_files_there(&self) -> bool {
        self.records("Everything").to_string().contains(self.airtable.text("airtable_url"))
    }

    fn ask(&self, method: &str, path: &str, body: Option<Value>) -> Answer {
        let call = self.api.call(method, path).bearer(&self.key);
        match body {
            Some(body) => call.json(body).send(),
            None => call.send(),
        }
    }

    fn records(&self, table: &str) -> Value {
        self.ask("GET", &format!("/v0/{}/{table}", self.base), None).expect(200).json()
    }

    /// How often something happened to bases, records and comments.
    async fn events(&self) -> i64 {
        let mut admin = database::superuser(&self.api.database_url).await;
        sqlx::query_scalar(
            "select count(*) from events where split_part(event_type, '.', 1) in ('base', 'record', 'comment')",
        )
        .fetch_one(&mut admin)
        .await
        .expect("events can be counted")
    }

    /// What Airtable was asked about the base that is not reading.
    fn asked_there(&self) -> Vec<String> {
        let url = self.airtable.text("airtable_url");
        let path = format!("/_sim/journal?base={}&limit=1000", self.base);
        let entries = call(url, "GET", &path).send().expect(200).at("/entries");
        let routes = entries.as_array().expect("entries").iter().map(|entry| entry["route"].as_str());
        let routes = routes.map(|route| route.expect("a route").to_owned());
        let reads =
            |route: &str| READS.iter().any(|read| route.ends_with(read)) || route.starts_with(FOLLOWS);
        routes.filter(|route| !reads(route)).collect()
    }

    /// Every kind of write, each of which a base that is made here would take.
    fn writes(&self) -> Vec<(&'static str, String, Option<Value>)> {
        let (base, meta) = (format!("/v0/{}", self.base), format!("/v0/meta/bases/{}/tables", self.base));
        let tasks = format!("{base}/Tasks");
        let first = &self.records("Tasks")["records"][0];
        let record = format!("{tasks}/{}", first["id"].as_str().expect("an id"));
        let id = first["id"].clone();
        let fields = json!({ "fields": { "Name": "Not here" } });
        let rows = json!({ "records": [{ "id": id, "fields": { "Name": "Not here" } }] });
        let upsert = json!({
            "performUpsert": { "fieldsToMergeOn": ["Name"] }, "records": [{ "fields": { "Name": "Not here" } }],
        });
        let file = json!({ "filename": "a.txt", "contentType": "text/plain", "file": "aGVsbG8=" });
        let field = json!({ "name": "Not here", "type": "singleLineText" });
        let table = json!({ "name": "Not here", "fields": [field.clone()] });
        let renamed = json!({ "name": "Not here" });
        let (comments, text) = (format!("{record}/comments"), json!({ "text": "Not here" }));
        let comment = format!("{comments}/com00000000000001");
        let everything = format!("{base}/{}/Files/uploadAttachment", self.file_holder());
        vec![
            ("POST", tasks.clone(), Some(fields.clone())),
            ("PATCH", record.clone(), Some(fields.clone())),
            ("PUT", record.clone(), Some(fields)),
            ("PATCH", tasks.clone(), Some(rows.clone())),
            ("PUT", tasks.clone(), Some(rows)),
            ("PATCH", tasks.clone(), Some(upsert)),
            ("DELETE", record, None),
            ("DELETE", format!("{tasks}?records[]={}", id.as_str().expect("an id")), None),
            ("POST", everything, Some(file)),
            ("POST", comments, Some(text.clone())),
            ("PATCH", comment.clone(), Some(text)),
            ("DELETE", comment, None),
            ("POST", meta.clone(), Some(table)),
            ("PATCH", format!("{meta}/Tasks"), Some(renamed.clone())),
            ("POST", format!("{meta}/Tasks/fields"), Some(field)),
            ("PATCH", format!("{meta}/Tasks/fields/Hours"), Some(renamed)),
        ]
    }

    /// A record that has a field for files.
    fn file_holder(&self) -> String {
        self.records("Everything")["records"][0]["id"].as_str().expect("an id").to_owned()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_write_is_refused_with_a_text_and_changes_nothing_here_or_there() {
    let connected = Connected::begin().await;
    let meta = format!("/v0/meta/bases/{}/tables", connected.base);
    let tables = || connected.ask("GET", &meta, None).expect(200).json();
    let seen = || (tables(), connected.records("Tasks")["records"].clone());
    let (before, happened) = (seen(), connected.events().await);
    assert!(happened > 0);
    let refused = (403, "INVALID_PERMISSIONS".to_owned(), Some(TEXT.to_owned()));
    for (method, path, body) in connected.writes() {
        assert_eq!(refusal(&connected.ask(method, &path, body)), refused, "{method} {path}");
    }
    assert_eq!((seen(), connected.events().await), (before, happened));
    assert_eq!(connected.asked_there(), Vec::<String>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connected_base_is_listed_as_one_that_is_read() {
    let connected = Connected::begin().await;
    let listed = connected.ask("GET", "/v0/meta/bases", None).expect(200);
    let shown = connected.ask("GET", &format!("/v0/meta/bases/{}", connected.base), None).expect(200);
    assert_eq!((listed.text("/bases/0/id"), shown.text("/id")), (connected.base.clone(), connected.base));
    assert_eq!(listed.at("/bases/0/permissionLevel"), "read");
    assert_eq!(shown.at("/permissionLevel"), "read");
}
