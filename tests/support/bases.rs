//! Bases as tests make them, over HTTP or past it.

use std::collections::BTreeMap;

use domain::bases::base::BaseCommand;
use domain::bases::cells::CellValue;
use domain::bases::ids::{FieldId, Mint, RecordId, TableId};
use domain::bases::record::{self, Address, RecordCommand, Source};
use domain::bases::schema::{self, SchemaChange};
use domain::bases::table::Stamp;
use domain::bases::{BaseKey, Record};
use domain::identity::WorkspaceId;
use eventstore::execute::{Plan, Request};
use jiff::Timestamp;
use serde_json::{Value, json};
use uuid::Uuid;

use crate::api::{Answer, Person, TestApi};
use crate::log::stream_id;
use crate::team::Team;

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

/// A new record of the team's owner, with these cells.
pub async fn record(
    team: &Team,
    workspace: &str,
    base: &str,
    table: &str,
    cells: BTreeMap<FieldId, CellValue>,
) -> RecordId {
    let base = BaseKey::new(base).expect("the key of a base");
    let table = TableId::parse(table).expect("the id of a table");
    let record = Mint::new(Uuid::new_v4()).make();
    let create = RecordCommand::Create {
        address: Address { base: base.clone(), table, record },
        source: Source::Api,
        stamp: Stamp { at: Timestamp::now(), by: None },
        cells,
        links: Vec::new(),
    };
    let request = Request::new(team.tenant.clone(), team.owner.user.as_str());
    let request = request.in_workspace(WorkspaceId::new(workspace).expect("a workspace"));
    let stream = stream_id(record::key(&base, record).as_str());
    let plan = Plan::new().create::<Record>(&team.tenant, stream, create);
    team.log.executor().execute(&request, plan).await.expect("the record is made");
    record
}
