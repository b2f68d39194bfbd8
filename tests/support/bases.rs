//! Bases as tests make them, over HTTP or past it.

use domain::bases::base::BaseCommand;
use domain::bases::ids::Mint;
use domain::bases::schema::{self, SchemaChange};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::{Answer, Person, TestApi};

/// Two tables that say nothing of each other, of six fields together.
pub fn tables() -> Value {
    json!([
        { "name": "Clients", "description": "Who pays", "fields": [
            { "name": "Name", "type": "singleLineText" },
            { "name": "Kind", "type": "singleSelect", "options": { "choices": [{ "name": "Shop" }] } },
        ] },
        { "name": "Invoices", "fields": [
            { "name": "Number", "type": "singleLineText" },
            { "name": "Amount", "type": "number", "options": { "precision": 2 } },
            { "name": "Due", "type": "date", "options": { "dateFormat": { "name": "iso" } } },
            { "name": "Twice", "type": "formula", "options": { "formula": "{Amount} * 2" } },
        ] },
    ])
}

pub fn create(api: &TestApi, person: &Person, workspace: &str, name: &str) -> Answer {
    let body = json!({ "name": name, "tables": tables() });
    api.post(&format!("/v1/workspaces/{workspace}/bases"), body).by(person).send()
}

/// A workspace of a person's own.
pub fn workspace(api: &TestApi, person: &Person) -> String {
    api.post("/v1/workspaces", json!({ "name": "Orders" })).by(person).send().expect(201).text("/id")
}

/// What makes a base with one table, and a second table to add.
pub fn drafted(seed: u128) -> (BaseCommand, Vec<SchemaChange>) {
    let mut mint = Mint::new(Uuid::from_u128(seed));
    let mut base = schema::Base { id: mint.make(), name: "Company".into(), tables: Vec::new() };
    let mut plan = |base: &schema::Base, name: &str| {
        let draft = json!({ "name": name, "fields": [
            { "name": "Name", "type": "singleLineText" },
            { "name": "Stars", "type": "rating", "options": { "max": 5, "icon": "star", "color": "yellowBright" } },
        ] });
        base.plan_table(serde_json::from_value(draft).expect("a sound table"), &mut mint)
            .expect("a sound table")
    };
    let first = plan(&base, "Clients");
    first.iter().for_each(|change| base.apply(change));
    let second = plan(&base, "Invoices");
    let schema::Base { id: airtable_id, name, tables } = base;
    (BaseCommand::Create { airtable_id, name, tables }, second)
}
