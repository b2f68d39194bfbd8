//! `/v1/bases/{base}/tables/{table}/records`: the records of a table.

mod change;
mod create;
mod delete;
mod list;
mod query;
mod show;

use std::sync::Arc;

use serde_json::{Value, json};
use support::api::{Answer, Call, Person, TestApi};
use support::bases::{create, workspace};

/// A base of somebody's own, with the tables `Clients` and `Invoices`.
struct Firm {
    api: Arc<TestApi>,
    ana: Person,
    clients: String,
    invoices: String,
}

impl Firm {
    async fn open() -> Self {
        let api = TestApi::shared().await;
        let ana = api.person();
        let made = create(&api, &ana, &workspace(&api, &ana), "Company").expect(201);
        let base = made.header("location").expect("a place").to_owned();
        let schema = api.get(&format!("{base}/schema")).by(&ana).send().expect(200);
        let records =
            |at: usize| format!("{base}/tables/{}/records", schema.text(&format!("/tables/{at}/id")));
        let (clients, invoices) = (records(0), records(1));
        Self { api, ana, clients, invoices }
    }

    fn get(&self, path: &str) -> Answer {
        self.api.get(path).by(&self.ana).send()
    }

    fn call<'a>(&'a self, method: &'a str, path: &str) -> Call<'a> {
        self.api.call(method, path).by(&self.ana)
    }

    fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        self.call(method, path).json(body).send()
    }

    /// New invoices; their ids.
    fn bill(&self, rows: &[Value]) -> Vec<String> {
        let records: Vec<Value> = rows.iter().map(|fields| json!({ "fields": fields })).collect();
        ids(&self.send("POST", &self.invoices, json!({ "records": records })).expect(201))
    }

    /// The numbers of all invoices, as they are listed.
    fn numbers(&self) -> Vec<String> {
        numbers(&self.get(&self.invoices).expect(200))
    }
}

fn ids(written: &Answer) -> Vec<String> {
    serde_json::from_value(written.at("/ids")).expect("ids")
}

fn numbers(page: &Answer) -> Vec<String> {
    let records = page.at("/data");
    let of = |record: &Value| record["fields"]["Number"].as_str().expect("a number").to_owned();
    records.as_array().expect("records").iter().map(of).collect()
}

/// Where a request is wrong, and how.
fn fault(answer: &Answer) -> (String, String) {
    (answer.text("/errors/0/pointer"), answer.text("/errors/0/code"))
}
