//! `GET /v1/bases/{base}/changes`: what changes in a base comes as it changes, to those who may read it.

use std::sync::Arc;

use serde_json::{Value, json};
use support::airtable::key;
use support::api::{Answer, Person, TestApi};
use support::bases::{create, workspace};
use support::sse::{Frame, Sse};

struct Firm {
    api: Arc<TestApi>,
    ana: Person,
    base: String,
    tables: [String; 2],
}

impl Firm {
    async fn open() -> Self {
        let api = TestApi::shared().await;
        let ana = api.person();
        let made = create(&api, &ana, &workspace(&api, &ana), "Company").expect(201);
        let base = made.header("location").expect("a place").to_owned();
        let schema = api.get(&format!("{base}/schema")).by(&ana).send().expect(200);
        let tables = [schema.text("/tables/0/id"), schema.text("/tables/1/id")];
        Self { api, ana, base, tables }
    }

    fn changes(&self) -> String {
        format!("{}/changes", self.base)
    }

    fn follow(&self) -> Sse {
        Sse::follow_at(&self.api.url, &self.changes(), &self.ana.token)
    }

    fn add(&self, table: usize, fields: Value) -> Answer {
        let path = format!("{}/tables/{}/records", self.base, self.tables[table]);
        self.api.post(&path, json!({ "records": [{ "fields": fields }] })).by(&self.ana).send().expect(201)
    }

    fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        self.api.call(method, &format!("{}{path}", self.base)).by(&self.ana).json(body).send()
    }
}

fn kind(frame: &Frame) -> (&str, &str) {
    (frame.event.as_str(), frame.data["kind"].as_str().expect("a kind"))
}

#[tokio::test(flavor = "multi_thread")]
async fn records_and_the_schema_are_told_as_they_change() {
    let firm = Firm::open().await;
    let mut stream = firm.follow();
    let made = firm.add(0, json!({ "Name": "A", "Kind": "Shop" }));
    let created = stream.next_event();
    assert_eq!(kind(&created), ("record.created", "created"));
    assert_eq!(created.data["table"], firm.tables[0]);
    assert_eq!(created.data["record"], made.at("/ids/0"));
    assert_eq!(Some(created.token()), made.header("airtide-position"));
    let cells = created.data["cells"].as_object().expect("cells").clone();
    let mut values: Vec<_> = cells.values().map(|value| value.as_str().expect("a text")).collect();
    values.sort_unstable();
    assert!(values[0] == "A" && values[1].starts_with("sel"), "{values:?}");

    let records = format!("/tables/{}/records", firm.tables[0]);
    let change = json!({ "records": [{ "id": made.at("/ids/0"), "fields": { "Name": null } }] });
    firm.send("PATCH", &records, change).expect(200);
    let changed = stream.next_event();
    assert_eq!(kind(&changed), ("record.changed", "changed"));
    assert_eq!(
        changed.data["cells"].as_object().expect("cells").values().collect::<Vec<_>>(),
        [&Value::Null]
    );

    let renamed = json!({ "name": "Customers" });
    firm.api
        .call("PATCH", &format!("{}/tables/{}", firm.base, firm.tables[0]))
        .by(&firm.ana)
        .header("if-match", "*")
        .json(renamed)
        .send()
        .expect(200);
    assert_eq!(kind(&stream.next_event()), ("base.schema_changed", "schema_changed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_client_that_comes_back_goes_on_where_it_was() {
    let firm = Firm::open().await;
    let mut stream = firm.follow();
    firm.add(1, json!({ "Number": "1" }));
    let seen = stream.next_event();
    stream.cut();
    let missed = firm.add(1, json!({ "Number": "2" }));
    let last = format!("last-event-id: {}", seen.token());
    let mut resumed = Sse::open_at(&firm.api.url, &firm.changes(), &firm.ana.token, &[&last]);
    assert_eq!(resumed.next_event().data["record"], missed.at("/ids/0"));
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_of_another_base_is_told_and_nobody_else_may_follow() {
    let (firm, other) = (Firm::open().await, Firm::open().await);
    let workspace = workspace(&firm.api, &firm.ana);
    let beside = create(&firm.api, &firm.ana, &workspace, "Beside").expect(201);
    let mut stream = firm.follow();
    other.add(0, json!({ "Name": "elsewhere" }));
    let renamed = json!({ "name": "Else" });
    let path = beside.header("location").expect("a place");
    firm.api.call("PATCH", path).by(&firm.ana).header("if-match", "*").json(renamed).send().expect(200);
    let own = firm.add(0, json!({ "Name": "here" }));
    assert_eq!(stream.next_event().data["record"], own.at("/ids/0"));
    assert_eq!(Sse::open_at(&firm.api.url, &firm.changes(), &other.ana.token, &[]).status, 404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_names_a_table_is_told_of_its_records_alone() {
    let firm = Firm::open().await;
    let airtable_id = firm.api.get(&firm.base).by(&firm.ana).send().expect(200).text("/airtable_id");
    let limited = json!({ "scopes": ["bases:read"], "bases": { airtable_id: [firm.tables[1]] } });
    let key = key(&firm.api, &firm.ana, limited);
    let mut stream = Sse::follow_at(&firm.api.url, &firm.changes(), &key);
    firm.add(0, json!({ "Name": "A" }));
    let new = json!({ "name": "Things", "fields": [{ "name": "Name", "type": "singleLineText" }] });
    firm.send("POST", "/tables", new).expect(201);
    let own = firm.add(1, json!({ "Number": "1" }));
    assert_eq!(stream.next_event().data["record"], own.at("/ids/0"));
}
