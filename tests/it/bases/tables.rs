//! `/v1/bases/{base}/tables`: tables and fields are added and renamed, as Airtable's meta API would.

use serde_json::{Value, json};
use support::api::{Answer, Person, TestApi};
use support::bases::{create, workspace};

struct House {
    api: std::sync::Arc<TestApi>,
    ana: Person,
    base: String,
}

impl House {
    async fn open() -> Self {
        let api = TestApi::shared().await;
        let ana = api.person();
        let made = create(&api, &ana, &workspace(&api, &ana), "Company").expect(201);
        let base = made.header("location").expect("a place").to_owned();
        Self { api, ana, base }
    }

    fn post(&self, path: &str, key: &str, body: Value) -> Answer {
        self.api.post(&format!("{}{path}", self.base), body).by(&self.ana).key(key).send()
    }

    fn patch(&self, path: &str, etag: &str, body: Value) -> Answer {
        let call = self.api.call("PATCH", &format!("{}{path}", self.base)).by(&self.ana);
        call.header("if-match", etag).json(body).send()
    }

    fn schema(&self) -> Answer {
        self.api.get(&format!("{}/schema", self.base)).by(&self.ana).send().expect(200)
    }

    fn table(&self) -> String {
        self.schema().text("/tables/0/id")
    }
}

fn new_table(name: &str) -> Value {
    json!({ "name": name, "fields": [{ "name": "Name", "type": "singleLineText" }] })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_table_is_added_once_however_it_is_retried() {
    let house = House::open().await;
    let attempt = || house.post("/tables", "one", new_table("Projects")).expect(201);
    let (first, again) = (attempt(), attempt());
    assert_eq!((first.json(), first.header("etag")), (again.json(), again.header("etag")));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    assert_eq!(first.text("/name"), "Projects");
    assert_eq!(house.schema().at("/tables/2"), first.json());
    let twice = house.post("/tables", "two", new_table("projects")).expect(422);
    assert_eq!(twice.text("/code"), "schema_unsound");
    assert_eq!(house.schema().at("/tables").as_array().unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_field_that_links_brings_its_inverse_along_once() {
    let house = House::open().await;
    let linked = house.schema().text("/tables/1/id");
    let body =
        json!({ "name": "Bills", "type": "multipleRecordLinks", "options": { "linkedTableId": linked } });
    let path = format!("/tables/{}/fields", house.table());
    let attempt = || house.post(&path, "one", body.clone()).expect(201);
    let (first, again) = (attempt(), attempt());
    assert_eq!((first.text("/name"), first.json()), ("Bills".into(), again.json()));
    let schema = house.schema();
    assert_eq!(schema.at("/tables/0/fields/2"), first.json());
    assert_eq!(schema.text("/tables/1/fields/4/name"), "Clients");
    assert_eq!(schema.at("/tables/1/fields").as_array().unwrap().len(), 5);
    let shown = house.api.get(&house.base).by(&house.ana).send().expect(200);
    assert_eq!(shown.at("/fields"), json!(8));
}

#[tokio::test(flavor = "multi_thread")]
async fn tables_and_fields_are_renamed_and_described_at_the_version_that_was_seen() {
    let house = House::open().await;
    let (schema, table) = (house.schema(), house.table());
    let seen = schema.header("etag").unwrap();
    let path = format!("/tables/{table}");
    let renamed = house.patch(&path, seen, json!({ "name": "People" })).expect(200);
    assert_eq!((renamed.text("/name"), renamed.text("/description")), ("People".into(), "Who pays".into()));
    let late = house.patch(&path, seen, json!({ "name": "Late" })).expect(412);
    assert_eq!(late.text("/code"), "changed_meanwhile");
    let taken = house.patch(&path, "*", json!({ "name": "Invoices" })).expect(422);
    assert_eq!(taken.text("/code"), "schema_unsound");
    assert_eq!(house.patch(&path, "*", json!({})).expect(200).json(), renamed.json());

    let field = format!("{path}/fields/{}", schema.text("/tables/0/fields/1/id"));
    let described = house.patch(&field, "*", json!({ "description": "What they are" })).expect(200);
    assert_eq!(
        (described.text("/name"), described.text("/description")),
        ("Kind".into(), "What they are".into())
    );
    assert_eq!(house.schema().at("/tables/0/fields/1"), described.json());
    assert_eq!(
        house.patch(&field, "*", json!({ "name": "Name" })).expect(422).text("/code"),
        "schema_unsound"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_not_in_the_base_is_not_there() {
    let house = House::open().await;
    let field = house.schema().text("/tables/1/fields/0/id");
    let new_field = json!({ "name": "City", "type": "singleLineText" });
    let named = json!({ "name": "Other" });
    for table in ["tbl00000000000000", "nothing", &field] {
        house.patch(&format!("/tables/{table}"), "*", named.clone()).expect(404);
        house.post(&format!("/tables/{table}/fields"), "one", new_field.clone()).expect(404);
    }
    // A field of another table.
    let table = house.table();
    house.patch(&format!("/tables/{table}/fields/{field}"), "*", named).expect(404);
}
