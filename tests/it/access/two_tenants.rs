//! What one tenant does, another tries first: each request that names something of the one is tried with a session and a
//! key of the other's owner before it is made, and once more at the end. They get 403 or 404, read nothing, and change nothing.

use std::collections::BTreeMap;
use std::path::Path;

use domain::identity::{Permission, Role};
use serde_json::{Value, json};
use support::api::{Answer, Call};
use support::bases;
use support::mailbox;
use support::stand_in::StandIn;
use support::team::Team;

use super::document::{Operation, operations};

/// Lies in whatever the tenant says.
const MARKER: &str = "Quincetree";

struct Request {
    method: &'static str,
    path: String,
    body: Option<Value>,
    version: Option<String>,
}

/// A tenant, and whoever comes from outside.
struct Traffic {
    team: Team,
    intruders: Vec<String>,
    seen: Vec<Request>,
}

impl Traffic {
    async fn begin(airtable: &StandIn) -> Self {
        let variables = [mailbox::KEPT, ("AIRTIDE__AIRTABLE__ROOT", airtable.text("airtable_url"))];
        let team = Team::gather_with(&variables).await;
        let eve = team.api.person();
        let scopes: Vec<&str> = Permission::ALL.map(Permission::as_str).to_vec();
        let key =
            team.api.post("/v1/api-keys", json!({ "name": "A program", "scopes": scopes })).by(&eve).send();
        let intruders = vec![eve.token.clone(), key.expect(201).text("/key")];
        Self { team, intruders, seen: Vec::new() }
    }

    /// Something new, whose request names nothing yet.
    fn made(&self, path: &str, body: Value) -> Answer {
        self.team.api.post(path, body).by(&self.team.owner).send().expect(201)
    }

    /// Tried by the intruders, then made by the owner.
    fn make(&mut self, method: &'static str, path: &str, body: Option<Value>) -> Answer {
        self.try_and_make(Request { method, path: path.into(), body, version: None })
    }

    /// The same of a change that is meant for a version.
    fn make_at(&mut self, method: &'static str, path: &str, body: Option<Value>, version: &str) -> Answer {
        self.try_and_make(Request { method, path: path.into(), body, version: Some(version.into()) })
    }

    fn try_and_make(&mut self, request: Request) -> Answer {
        self.intruders.iter().for_each(|intruder| self.is_refused(&request, intruder));
        let answer = self.call(&request).by(&self.team.owner).send();
        let (method, path) = (request.method, &request.path);
        assert!((200..300).contains(&answer.status), "{method} {path}: {} {}", answer.status, answer.body);
        self.seen.push(request);
        answer
    }

    /// What has no end is only tried.
    fn try_only(&mut self, path: String) {
        let request = Request { method: "GET", path, body: None, version: None };
        self.intruders.iter().for_each(|intruder| self.is_refused(&request, intruder));
        self.seen.push(request);
    }

    fn is_refused(&self, request: &Request, intruder: &str) {
        let answer = self.call(request).bearer(intruder).send();
        let what = format!("{} {}: {} {}", request.method, request.path, answer.status, answer.body);
        assert!(matches!(answer.status, 403 | 404), "{what}");
        assert!(!answer.body.contains(MARKER), "{what}");
    }

    /// The key of a retry is the same whoever tries it: it must lead nobody to the outcome of somebody else.
    fn call(&self, request: &Request) -> Call<'_> {
        let call = self.team.api.call(request.method, &request.path).key(&format!("k{}", self.seen.len()));
        let call = match &request.version {
            Some(version) => call.header("if-match", version),
            None => call,
        };
        match &request.body {
            Some(body) => call.json(body.clone()),
            None => call,
        }
    }

    /// What lists without a name in their path show to others.
    fn shows_nothing(&self, named: &[&str]) {
        let (tenant, workspace) = (&self.team.owner.tenant, named.first().expect("a workspace"));
        let queries = [
            "/v1/events?limit=200".to_owned(),
            format!("/v1/events?workspace={workspace}"),
            format!("/v1/events?id={tenant}&aggregate=tenant"),
            "/auth/sessions".into(),
            "/auth/profile".into(),
            "/auth/verify".into(),
        ];
        let lists = operations().into_iter().filter(|each| each.method == "GET" && is_for_members(each));
        let lists = lists.filter(|each| !each.names_something() && !each.path.ends_with("/stream"));
        for path in lists.map(|each| each.path).chain(queries) {
            for intruder in &self.intruders {
                let answer = self.team.api.get(&path).bearer(intruder).send();
                let trace = [MARKER, tenant]
                    .into_iter()
                    .chain(named.iter().copied())
                    .find(|each| answer.body.contains(each));
                assert!(trace.is_none(), "{path} shows {trace:?}: {}", answer.body);
            }
        }
    }

    fn events(&self) -> Vec<Value> {
        let answer = self.team.api.get("/v1/events?limit=200").by(&self.team.owner).send().expect(200);
        answer.at("/data").as_array().expect("a list").clone()
    }
}

/// Whoever has the address of a file has the file, and a notification counts when it is signed.
const OPEN: [&str; 2] = ["/v0/attachments/{token}/{name}", "/v1/airtable/hooks/{tenant}/{base}"];

/// Operators see every tenant.
fn is_for_members(operation: &Operation) -> bool {
    let begins = |with: &str| operation.path.starts_with(with);
    (begins("/v1/") || begins("/v0/")) && !begins("/v1/ops/") && !OPEN.contains(&operation.path.as_str())
}

fn etag(answer: &Answer) -> String {
    answer.header("etag").expect("a version").to_owned()
}

fn place(answer: &Answer) -> String {
    answer.header("location").expect("a place").to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn what_one_tenant_does_no_other_can() {
    let airtable = StandIn::holding(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/clients/seed.json")));
    let mut traffic = Traffic::begin(&airtable).await;
    let workspace = workspaces(&mut traffic);
    let webhook = webhooks(&mut traffic, &workspace);
    let base = bases(&mut traffic, &workspace);
    record(&mut traffic, &workspace, &base).await;
    let mirrored = airtable_bases(&mut traffic, &workspace, &airtable);
    let key = keys(&mut traffic);
    let account = service_accounts(&mut traffic);
    let member = members(&mut traffic).await;
    streams(&mut traffic, &workspace);
    let session = sessions(&mut traffic);
    traffic.shows_nothing(&[&workspace, &webhook, &base, &mirrored, &key, &account, &member, &session]);
    the_end_of(&mut traffic, &workspace, &webhook);

    for operation in operations().iter().filter(|each| is_for_members(each) && each.names_something()) {
        let is_tried = traffic.seen.iter().any(|seen| operation.is_of(seen.method, &seen.path));
        assert!(is_tried, "nobody from outside tries {} {}", operation.method, operation.path);
    }
    let before = traffic.events();
    for request in &traffic.seen {
        traffic.intruders.iter().for_each(|intruder| traffic.is_refused(request, intruder));
    }
    assert_eq!(traffic.events(), before, "whoever was refused changed something");
    traffic.team.log.close().await;
}

fn workspaces(traffic: &mut Traffic) -> String {
    let body = json!({ "name": format!("{MARKER} orders"), "description": MARKER });
    let made = traffic.made("/v1/workspaces", body);
    let path = place(&made);
    traffic.make("GET", &path, None);
    let changed = json!({ "name": format!("{MARKER} sales") });
    traffic.make_at("PATCH", &path, Some(changed), &etag(&made));
    traffic.make("GET", &format!("{path}/activity"), None);
    made.text("/id")
}

fn webhooks(traffic: &mut Traffic, workspace: &str) -> String {
    let all = format!("/v1/workspaces/{workspace}/webhooks");
    let body = json!({ "url": format!("https://hooks.example.org/{MARKER}"), "description": MARKER });
    let made = traffic.make("POST", &all, Some(body));
    let path = place(&made);
    traffic.make("GET", &all, None);
    let shown = traffic.make("GET", &path, None);
    traffic.make_at("PATCH", &path, Some(json!({ "description": format!("{MARKER} again") })), &etag(&shown));
    traffic.make("GET", &format!("{path}/deliveries"), None);
    traffic.make("POST", &format!("{path}/rotate-secret"), Some(json!({})));
    traffic.make("POST", &format!("{path}/test"), Some(json!({})));
    let renamed = format!("/v1/events?workspace={workspace}&type=workspace.renamed");
    let renamed = traffic.team.api.get(&renamed).by(&traffic.team.owner).send().expect(200);
    let body = json!({ "position": renamed.at("/data/0/position") });
    traffic.make("POST", &format!("{path}/redeliver"), Some(body));
    made.text("/id")
}

fn bases(traffic: &mut Traffic, workspace: &str) -> String {
    let body = json!({ "name": format!("{MARKER} base"), "tables": bases::tables() });
    let made = traffic.make("POST", &format!("/v1/workspaces/{workspace}/bases"), Some(body));
    let path = place(&made);
    traffic.make("GET", &path, None);
    let schema = traffic.make("GET", &format!("{path}/schema"), None);
    let table = format!("{path}/tables/{}", schema.text("/tables/0/id"));
    traffic.try_only(format!("{path}/changes"));
    own_records(traffic, &format!("{table}/records"));
    let field = format!("{table}/fields/{}", schema.text("/tables/0/fields/0/id"));
    let new = |name: &str| json!({ "name": format!("{MARKER} {name}"), "type": "singleLineText" });
    traffic.make("POST", &format!("{table}/fields"), Some(new("city")));
    let body = json!({ "name": format!("{MARKER} things"), "fields": [new("name")] });
    traffic.make("POST", &format!("{path}/tables"), Some(body));
    for (number, named) in [&table, &field, &path].into_iter().enumerate() {
        let body = json!({ "name": format!("{MARKER} {number}") });
        traffic.make_at("PATCH", named, Some(body), "*");
    }
    airtable(traffic, workspace, &made.text("/airtable_id"));
    let gone = place(&bases::create(&traffic.team.api, &traffic.team.owner, workspace, MARKER).expect(201));
    traffic.make_at("DELETE", &gone, None, "*");
    made.text("/id")
}

fn own_records(traffic: &mut Traffic, all: &str) {
    let body = |text: &str| json!({ "records": [{ "fields": { "Name": format!("{MARKER} {text}") } }] });
    let id = traffic.make("POST", all, Some(body("client"))).text("/ids/0");
    traffic.make("GET", all, None);
    traffic.make(
        "POST",
        &format!("{all}/query"),
        Some(json!({ "formula": format!("FIND('{MARKER}', Name)") })),
    );
    traffic.make("GET", &format!("{all}/{id}"), None);
    let mut changed = body("customer");
    changed["records"][0]["id"] = json!(id);
    traffic.make("PATCH", all, Some(changed));
    traffic.make("DELETE", &format!("{all}?id={id}"), None);
}

/// The same base, as Airtable's clients speak of it.
fn airtable(traffic: &mut Traffic, workspace: &str, base: &str) {
    let new = |name: &str| json!({ "name": format!("{MARKER} {name}"), "type": "singleLineText" });
    let table = |name: &str| json!({ "name": format!("{MARKER} {name}"), "fields": [new("name")] });
    let body =
        json!({ "name": format!("{MARKER} v0"), "workspaceId": workspace, "tables": [table("first")] });
    traffic.make("POST", "/v0/meta/bases", Some(body));
    traffic.make("GET", &format!("/v0/meta/bases/{base}"), None);
    let tables = format!("/v0/meta/bases/{base}/tables");
    traffic.make("GET", &tables, None);
    let made = traffic.make("POST", &tables, Some(table("second")));
    let of_it = format!("{tables}/{}", made.text("/id"));
    traffic.make("PATCH", &of_it, Some(json!({ "name": format!("{MARKER} third") })));
    let field = traffic.make("POST", &format!("{of_it}/fields"), Some(new("city")));
    let renamed = json!({ "name": format!("{MARKER} town") });
    traffic.make("PATCH", &format!("{of_it}/fields/{}", field.text("/id")), Some(renamed));
    records(traffic, &format!("/v0/{base}/{}", made.text("/id")));
}

fn records(traffic: &mut Traffic, table: &str) {
    let fields = |name: &str| json!({ "fields": { format!("{MARKER} name"): format!("{MARKER} {name}") } });
    let with_id = |id: &str| {
        let mut row = fields("many");
        row["id"] = json!(id);
        json!({ "records": [row] })
    };
    let made = [0, 1].map(|_| traffic.make("POST", table, Some(fields("one"))).text("/id"));
    traffic.make("GET", table, None);
    traffic.make("POST", &format!("{table}/listRecords"), Some(json!({})));
    let record = format!("{table}/{}", made[0]);
    traffic.make("GET", &record, None);
    for method in ["PATCH", "PUT"] {
        traffic.make(method, &record, Some(fields(method)));
        traffic.make(method, table, Some(with_id(&made[0])));
    }
    traffic.make("DELETE", &record, None);
    traffic.make("DELETE", &format!("{table}?records[]={}", made[1]), None);
}

/// What is about one record.
async fn record(traffic: &mut Traffic, workspace: &str, base: &str) {
    let shown = traffic.make("GET", &format!("/v1/bases/{base}"), None);
    let schema = traffic.make("GET", &format!("/v1/bases/{base}/schema"), None);
    let table = schema.text("/tables/0/id");
    let record = bases::record(&traffic.team, workspace, base, &table, BTreeMap::new()).await;
    let fields = format!("/v1/bases/{base}/tables/{table}/fields");
    let base = format!("/v0/{}", shown.text("/airtable_id"));
    let comments = format!("{base}/{table}/{record}/comments");
    let text = |text: &str| Some(json!({ "text": format!("{MARKER} {text}") }));
    let comment = format!("{comments}/{}", traffic.make("POST", &comments, text("first")).text("/id"));
    traffic.make("GET", &comments, None);
    traffic.make("PATCH", &comment, text("second"));
    traffic.make("DELETE", &comment, None);
    let field = json!({ "name": "Files", "type": "multipleAttachments", "options": { "isReversed": false } });
    let field = traffic.make("POST", &fields, Some(field));
    let upload = format!("{base}/{record}/{}/uploadAttachment", field.text("/id"));
    let file = json!({ "filename": MARKER, "contentType": "text/plain", "file": "aGVsbG8=" });
    traffic.make("POST", &upload, Some(file));
}

fn airtable_bases(traffic: &mut Traffic, workspace: &str, airtable: &StandIn) -> String {
    let made = traffic.made("/v1/airtable/connections", json!({ "token": airtable.text("token") }));
    let connection = made.text("/id");
    let body = json!({ "connection": connection, "airtable_id": airtable.text("base_id") });
    let made = traffic.make("POST", &format!("/v1/workspaces/{workspace}/bases/connect"), Some(body));
    let sync = format!("{}/sync", place(&made));
    traffic.make("GET", &sync, None);
    for asked in ["resync", "pause", "resume", "pause"] {
        traffic.make("POST", &format!("{sync}/{asked}"), Some(json!({})));
    }
    traffic.make("DELETE", &format!("/v1/airtable/connections/{connection}"), None);
    made.text("/id")
}

fn keys(traffic: &mut Traffic) -> String {
    let made = traffic.made("/v1/api-keys", json!({ "name": MARKER, "scopes": ["tenant:read"] }));
    let path = place(&made);
    let shown = traffic.make("GET", &path, None);
    traffic.make_at("PATCH", &path, Some(json!({ "name": format!("{MARKER} program") })), &etag(&shown));
    traffic.make("POST", &format!("{path}/rotate"), Some(json!({})));
    traffic.make("DELETE", &path, None);
    made.text("/id")
}

fn service_accounts(traffic: &mut Traffic) -> String {
    let made = traffic.made("/v1/service-accounts", json!({ "name": MARKER, "role": "viewer" }));
    let path = place(&made);
    traffic.make("GET", &path, None);
    traffic.make("PATCH", &path, Some(json!({ "name": format!("{MARKER} importer") })));
    traffic.make("DELETE", &path, None);
    made.text("/id")
}

async fn members(traffic: &mut Traffic) -> String {
    let member = traffic.team.member(Role::Viewer, &[]).await;
    let path = format!("/v1/members/{}", member.user);
    let shown = traffic.make("GET", &path, None);
    traffic.make_at("PATCH", &path, Some(json!({ "role": "editor" })), &etag(&shown));
    traffic.make("DELETE", &format!("{path}/sessions"), None);
    traffic.make("DELETE", &path, None);
    let body = json!({ "email": format!("{MARKER}@example.org"), "role": "viewer" });
    let invitation = place(&traffic.made("/v1/invitations", body));
    traffic.make("POST", &format!("{invitation}/mails"), Some(json!({})));
    traffic.make("DELETE", &invitation, None);
    member.user
}

fn streams(traffic: &mut Traffic, workspace: &str) {
    traffic.make("GET", &format!("/v1/streams/workspace/{workspace}"), None);
    traffic.make("GET", &format!("/v1/streams/workspace/{workspace}/state"), None);
}

/// What is of a person rather than of a tenant.
fn sessions(traffic: &mut Traffic) -> String {
    let token = traffic.team.api.sign_in(&traffic.team.owner.email).text("/access_token");
    let session = traffic.team.api.get("/auth/verify").bearer(&token).send().expect(200).text("/session");
    traffic.make("DELETE", &format!("/auth/sessions/{session}"), None);
    traffic.make("POST", "/auth/tenant", Some(json!({ "tenant": traffic.team.owner.tenant })));
    session
}

fn the_end_of(traffic: &mut Traffic, workspace: &str, webhook: &str) {
    let path = format!("/v1/workspaces/{workspace}");
    for path in [format!("{path}/webhooks/{webhook}"), path] {
        let version = etag(&traffic.make("GET", &path, None));
        traffic.try_and_make(Request { method: "DELETE", path, body: None, version: Some(version) });
    }
}
