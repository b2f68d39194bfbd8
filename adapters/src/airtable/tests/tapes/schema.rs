//! Bases and what they are made of.

use domain::bases::ids::{FieldId, TableId, WorkspaceId};
use domain::bases::ports::Described;
use domain::bases::schema::{FieldDraft, FieldType, TableDraft};
use serde_json::{Value, json};

use super::super::site::base;
use super::Played;

fn clients() -> TableId {
    TableId::parse("tblClients0000000").unwrap()
}

fn draft(value: Value) -> FieldDraft {
    serde_json::from_value(value).unwrap()
}

#[tokio::test]
async fn bases_are_listed() {
    let played = Played::start("schema", "list_bases").await;
    let page = played.connect().bases(None).await.unwrap();
    assert_eq!((page.bases[0].id, page.bases[0].permission_level.as_str()), (base(), "create"));
    assert_eq!(page.offset, None);
    played.end();
}

#[tokio::test]
async fn the_schema_is_read_with_what_each_grid_shows() {
    let played = Played::start("schema", "read_schema").await;
    let tables = played.connect().tables(base()).await.unwrap();
    assert_eq!(tables[0].primary_field().unwrap().name, "Name");
    assert!(matches!(tables[0].fields[2].kind, FieldType::SingleSelect(_)));
    assert_eq!(tables[0].views[0].visible_field_ids.as_ref().unwrap().len(), 6);
    played.end();
}

#[tokio::test]
async fn a_base_is_made_with_its_tables() {
    let played = Played::start("schema", "create_a_base").await;
    let name = json!({ "name": "Name", "type": "singleLineText", "description": "What it is called" });
    let description = Some("What there is".into());
    let things = TableDraft { name: "Things".into(), description, fields: vec![draft(name)] };
    let workspace = WorkspaceId::parse("wspOne00000000000").unwrap();
    let made = played.connect().create_base(workspace, "Another", &[things]).await.unwrap();
    assert_eq!((made.name.as_str(), made.tables[0].name.as_str()), ("Another", "Things"));
    played.end();
}

#[tokio::test]
async fn a_table_is_made() {
    let played = Played::start("schema", "create_a_table").await;
    let number = json!({ "name": "Number", "type": "number", "options": { "precision": 0 } });
    let orders = TableDraft { name: "Orders".into(), description: None, fields: vec![draft(number)] };
    let made = played.connect().create_table(base(), &orders).await.unwrap();
    assert_eq!(made.primary_field_id, made.fields[0].id);
    played.end();
}

#[tokio::test]
async fn a_field_is_made() {
    let played = Played::start("schema", "create_a_field").await;
    let phone = draft(json!({ "name": "Phone", "type": "phoneNumber" }));
    let made = played.connect().create_field(base(), clients(), &phone).await.unwrap();
    assert_eq!(made.kind, FieldType::PhoneNumber);
    played.end();
}

#[tokio::test]
async fn a_table_is_renamed() {
    let played = Played::start("schema", "rename_a_table").await;
    let described = Described { name: Some("Customers".into()), description: None };
    let renamed = played.connect().describe_table(base(), clients(), &described).await.unwrap();
    assert_eq!(renamed.name, "Customers");
    played.end();
}

#[tokio::test]
async fn a_field_is_described() {
    let played = Played::start("schema", "describe_a_field").await;
    let described = Described { name: Some("Years".into()), description: Some("Since birth".into()) };
    let age = FieldId::parse("fldAge00000000000").unwrap();
    let field = played.connect().describe_field(base(), clients(), age, &described).await.unwrap();
    assert_eq!(field.description.as_deref(), Some("Since birth"));
    played.end();
}
