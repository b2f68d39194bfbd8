//! A seed loads whole or not at all, and what is exported is the same when it is loaded again.

use serde_json::{Value, json};

use super::*;
use crate::airtable::app::App;
use crate::airtable::knobs::Knobs;
use crate::airtable::world::read;

fn app() -> App {
    App::new(Knobs::default(), Some(1))
}

fn seed() -> Value {
    json!({
        "people": [{ "id": "usrAna00000000000", "email": "ana@example.org", "name": "Ana" }],
        "workspaces": [{ "id": "wspOne00000000000", "name": "One" }],
        "tokens": [{ "token": "patAna", "user": "usrAna00000000000", "scopes": ["data.records:read"] }],
        "bases": [{
            "id": "appOne00000000000", "name": "Company", "workspaceId": "wspOne00000000000",
            "createdTime": "2024-01-01T00:00:00Z",
            "tables": [
                { "id": "tblClients0000000", "name": "Clients", "primaryFieldId": "fldName0000000000",
                  "fields": [
                    { "id": "fldName0000000000", "name": "Name", "type": "singleLineText" },
                    { "id": "fldOrders00000000", "name": "Orders", "type": "multipleRecordLinks", "options": {
                        "linkedTableId": "tblOrders00000000", "inverseLinkFieldId": "fldClient00000000" } }],
                  "records": [{ "id": "recAcme0000000000", "createdBy": "usrAna00000000000",
                    "fields": { "Name": "Acme", "Orders": ["recSecond00000000", "recFirst000000000"] },
                    "edited": { "fldName0000000000": { "at": "2024-02-01T00:00:00Z", "by": "usrAna00000000000" } } }] },
                { "id": "tblOrders00000000", "name": "Orders", "primaryFieldId": "fldNumber00000000",
                  "fields": [
                    { "id": "fldNumber00000000", "name": "Number", "type": "number", "options": { "precision": 0 } },
                    { "id": "fldClient00000000", "name": "Client", "type": "multipleRecordLinks", "options": {
                        "linkedTableId": "tblClients0000000", "inverseLinkFieldId": "fldOrders00000000" } },
                    { "id": "fldChanged0000000", "name": "Changed", "type": "lastModifiedTime", "options": {} }],
                  "records": [
                    { "id": "recFirst000000000", "fields": { "Number": 1, "Client": ["recAcme0000000000"] } },
                    { "id": "recSecond00000000", "fields": { "fldNumber00000000": 2 } }] },
            ],
        }],
    })
}

fn loaded(app: &App, seed: Value) -> Result<Vec<BaseId>, SeedError> {
    load(app, serde_json::from_value(seed)?)
}

#[test]
fn what_is_exported_loads_again_as_it_was() {
    let (first, second) = (app(), app());
    loaded(&first, seed()).unwrap();
    let exported = serde_json::to_value(export(&first)).unwrap();
    loaded(&second, exported.clone()).unwrap();
    assert_eq!(serde_json::to_value(export(&second)).unwrap(), exported);
    let tables = |app: &App| read(&app.world.bases()[0]).tables.clone();
    assert_eq!(tables(&first), tables(&second));
    let acme = &exported["bases"][0]["tables"][0]["records"][0];
    assert_eq!(acme["fields"]["Orders"], json!(["recSecond00000000", "recFirst000000000"]));
    assert_eq!(acme["edited"]["fldName0000000000"]["at"], "2024-02-01T00:00:00Z");
}

#[test]
fn when_a_cell_was_cleared_or_linked_loads_again_too() {
    let (first, second) = (app(), app());
    let mut seeded = seed();
    let order = &mut seeded["bases"][0]["tables"][1]["records"][1];
    order["fields"] = json!({});
    // The link is known from the client already, the number was cleared.
    order["edited"] = json!({
        "fldClient00000000": { "at": "2024-03-01T00:00:00Z" }, "fldNumber00000000": { "at": "2024-03-02T00:00:00Z" },
    });
    loaded(&first, seeded).unwrap();
    let exported = serde_json::to_value(export(&first)).unwrap();
    loaded(&second, exported.clone()).unwrap();
    assert_eq!(serde_json::to_value(export(&second)).unwrap(), exported);
    let order = &exported["bases"][0]["tables"][1]["records"][1];
    assert_eq!(order["fields"], json!({ "Client": ["recAcme0000000000"] }));
    assert_eq!(order["edited"]["fldClient00000000"]["at"], "2024-03-01T00:00:00Z");
    assert_eq!(order["edited"]["fldNumber00000000"]["at"], "2024-03-02T00:00:00Z");
}

#[test]
fn a_seed_with_a_mistake_changes_nothing_and_says_where_it_is() {
    let app = app();
    let mut wrong = seed();
    wrong["bases"][0]["tables"][1]["records"][1]["fields"] = json!({ "Number": "two" });
    let error = loaded(&app, wrong).unwrap_err().to_string();
    assert!(error.contains("recSecond00000000") && error.contains("Number"), "{error}");
    assert!(app.world.bases().is_empty() && app.world.accounts().tokens.is_empty());
    let mut unknown = seed();
    unknown["bases"][0]["tables"][0]["records"][0]["fields"]["Nme"] = json!("Acme");
    assert!(loaded(&app, unknown).unwrap_err().to_string().contains("Nme"));
    let mut edited = seed();
    edited["bases"][0]["tables"][0]["records"][0]["edited"] =
        json!({ "fldNothing0000000": { "at": "2024-02-01T00:00:00Z" } });
    assert!(loaded(&app, edited).unwrap_err().to_string().contains("fldNothing"));
}

#[test]
fn ids_are_replaced_wherever_they_stand_and_nothing_else_is() {
    let app = app();
    let mut seeded = seed();
    let text = "recrecAcme0000000000recAcme0000000000é recNobody00000000 {fldName0000000000}";
    seeded["bases"][0]["tables"][0]["records"][0]["fields"]["Name"] = json!(text);
    loaded(&app, seeded).unwrap();
    let original = export(&app).bases.remove(0);
    let copy = copied(&original, &mut app.mint()).unwrap();
    let (table, record) = (&copy.tables[0].table, &copy.tables[0].records[0]);
    let (name, id) = (table.fields[0].id, record.id);
    assert_eq!(record.fields["Name"], json!(format!("rec{id}{id}é recNobody00000000 {{{name}}}")));
}

#[test]
fn a_copy_is_the_same_base_with_other_ids() {
    let app = app();
    loaded(&app, seed()).unwrap();
    let original = export(&app).bases.remove(0);
    let copy = copied(&original, &mut app.mint()).unwrap();
    let text = serde_json::to_string(&copy).unwrap();
    for id in ["appOne", "tblClients", "fldName0", "recAcme"] {
        assert!(!text.contains(id), "{id} in {text}");
    }
    load(&app, Seed { bases: vec![copy.clone()], ..Seed::default() }).unwrap();
    let held = app.world.base(copy.id.as_str()).unwrap();
    let orders = &export_base(&app.files, &read(&held)).tables[1].records[0];
    assert_eq!(orders.fields["Client"], json!([copy.tables[0].records[0].id]));
}

#[test]
fn a_formula_in_a_seed_names_fields_as_people_do_and_says_nothing_of_its_result() {
    let app = app();
    let mut seed = seed();
    let twice = json!({ "id": "fldTwice000000000", "name": "Twice", "type": "formula", "options": { "formula": "{Number}*2" } });
    seed["bases"][0]["tables"][1]["fields"].as_array_mut().unwrap().push(twice);
    loaded(&app, seed).unwrap();
    let options =
        &serde_json::to_value(export(&app)).unwrap()["bases"][0]["tables"][1]["fields"][3]["options"];
    assert_eq!((&options["isValid"], &options["result"]["type"]), (&json!(true), &json!("number")));
    assert!(options["formula"].as_str().unwrap().contains("fldNumber00000000"));
}
