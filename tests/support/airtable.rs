//! Programs that speak as Airtable's clients do, with an API key.

use serde_json::{Value, json};

use crate::api::{Answer, Call, Person, TestApi};
use crate::bases;

/// A base that is made here, and a key that may read and write it.
pub struct Program<'a> {
    pub api: &'a TestApi,
    pub person: Person,
    pub workspace: String,
    /// What Airtable's clients call the base.
    pub base: String,
    pub key: String,
}

impl<'a> Program<'a> {
    /// Somebody of their own, whose base has the tables `Clients` and `Invoices`.
    pub fn of(api: &'a TestApi) -> Self {
        let person = api.person();
        let workspace = bases::workspace(api, &person);
        let base = bases::create(api, &person, &workspace, "Company").expect(201).text("/airtable_id");
        let key = key(api, &person, json!({ "scopes": ["bases:read", "bases:write"] }));
        Self { api, person, workspace, base, key }
    }

    pub fn get(&self, path: &str) -> Answer {
        self.call("GET", path).send()
    }

    pub fn send(&self, method: &str, path: &str, body: Value) -> Answer {
        self.call(method, path).json(body).send()
    }

    /// `path` begins behind `/v0`.
    pub fn call<'b>(&'b self, method: &'b str, path: &str) -> Call<'b> {
        self.api.call(method, &format!("/v0{path}")).bearer(&self.key)
    }

    /// The same base with another key.
    pub fn with_key(&self, wanted: Value) -> Program<'a> {
        let key = key(self.api, &self.person, wanted);
        let person = self.person.clone();
        Program { api: self.api, person, workspace: self.workspace.clone(), base: self.base.clone(), key }
    }

    /// New records of a table; their ids.
    pub fn create(&self, table: &str, rows: &[Value]) -> Vec<String> {
        let records: Vec<Value> = rows.iter().map(|fields| json!({ "fields": fields })).collect();
        let path = format!("/{}/{table}", self.base);
        let made = self.send("POST", &path, json!({ "records": records })).expect(200).at("/records");
        let ids = made.as_array().expect("records").iter().map(|record| record["id"].as_str());
        ids.map(|id| id.expect("an id").to_owned()).collect()
    }

    /// The id of a table of the base.
    pub fn table(&self, name: &str) -> String {
        let shown = self.api.get(&format!("/v0/meta/bases/{}/tables", self.base)).by(&self.person).send();
        let tables = shown.expect(200).at("/tables");
        let found = tables.as_array().expect("tables").iter().find(|table| table["name"] == name);
        found.expect("it is there")["id"].as_str().expect("an id").to_owned()
    }
}

/// The text of a new key. `wanted`: all of its body but the name.
pub fn key(api: &TestApi, person: &Person, mut wanted: Value) -> String {
    wanted["name"] = json!("A program");
    api.post("/v1/api-keys", wanted).by(person).send().expect(201).text("/key")
}

/// Status and error of an answer: its type, and its text where it has one.
pub fn refusal(answer: &Answer) -> (u16, String, Option<String>) {
    let error = answer.at("/error");
    let message = error["message"].as_str().map(str::to_owned);
    let kind = error["type"].as_str().or(error.as_str()).unwrap_or_default().to_owned();
    (answer.status, kind, message)
}

pub fn kind(answer: &Answer) -> (u16, String) {
    let (status, kind, _) = refusal(answer);
    (status, kind)
}
