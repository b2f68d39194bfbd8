use domain::bases::ids::Mint;
use domain::bases::schema::{FieldType, Renaming, SchemaChange, TableDraft};
use uuid::Uuid;

use super::*;

fn listening(types: Value, more: Value) -> Office {
    let mut filters = json!({ "dataTypes": types });
    filters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    Office::with_hook(filters, json!({ "includePreviousFieldDefinitions": true }))
}

fn rename_field(office: &mut Office, called: &str, name: &str) {
    let renaming = Renaming { name: Some(name.into()), description: None };
    let table = office::table_id(CLIENTS);
    let changes = office.base().plan_field_renaming(table, called, renaming).unwrap();
    office.change_schema(&changes);
}

fn new_table(office: &mut Office) -> Value {
    let draft: TableDraft = serde_json::from_value(json!({ "name": "Projects", "description": "of ours",
        "fields": [{ "name": "Title", "type": "singleLineText" },
            { "name": "For", "type": "multipleRecordLinks", "options": { "linkedTableId": CLIENTS } }] }))
    .unwrap();
    let changes = office.base().plan_table(draft, &mut Mint::new(Uuid::from_u128(77))).unwrap();
    office.change_schema(&changes);
    json!(office.base().tables.last().unwrap())
}

fn rename_table(office: &mut Office) {
    let renaming = Renaming { name: Some("Customers".into()), description: Some("who pays".into()) };
    let changes = office.base().plan_table_renaming("Clients", renaming).unwrap();
    office.change_schema(&changes);
}

#[test]
fn a_table_that_gets_another_name_is_told_with_both() {
    let mut office = listening(json!(["tableMetadata"]), json!({}));
    rename_table(&mut office);
    assert_eq!(
        office.told(),
        json!({ "changedTablesById": { CLIENTS: { "changedMetadata": {
            "current": { "name": "Customers", "description": "who pays" },
            "previous": { "name": "Clients", "description": null } } } } })
    );
}

#[test]
fn of_a_field_only_what_differs_is_told() {
    let mut office = listening(json!(["tableFields"]), json!({}));
    rename_field(&mut office, "Name", "Title");
    assert_eq!(
        office.told()["changedTablesById"][CLIENTS],
        json!({ "changedFieldsById": { "fldName0000000000": {
            "current": { "name": "Title" }, "previous": { "name": "Name" } } } })
    );
    let field = office::field_id("fldStatus00000000");
    let (table, kind) = (office::table_id(CLIENTS), FieldType::SingleLineText);
    office.change_schema(&[SchemaChange::FieldRetyped { table, field, kind }]);
    assert_eq!(
        office.told()["changedTablesById"][CLIENTS]["changedFieldsById"]["fldStatus00000000"],
        json!({ "current": { "type": "singleLineText" }, "previous": { "type": "singleSelect" } })
    );
}

#[test]
fn without_being_asked_for_the_previous_definition_is_left_out() {
    let mut office = Office::with_hook(json!({ "dataTypes": ["tableFields"] }), json!({}));
    rename_field(&mut office, "Name", "Title");
    let told = &office.told()["changedTablesById"][CLIENTS]["changedFieldsById"]["fldName0000000000"];
    assert_eq!(*told, json!({ "current": { "name": "Title" } }));
}

#[test]
fn a_new_table_is_told_with_its_fields_and_the_inverse_of_its_link() {
    let mut office = listening(json!(["tableMetadata", "tableFields", "tableData"]), json!({}));
    let table = new_table(&mut office);
    let (id, fields) = (table["id"].as_str().unwrap(), &table["fields"]);
    let inverse = fields[1]["options"]["inverseLinkFieldId"].as_str().unwrap();
    assert_eq!(
        office.told(),
        json!({
            "createdTablesById": { id: {
                "metadata": { "name": "Projects", "description": "of ours" },
                "fieldsById": {
                    fields[0]["id"].as_str().unwrap(): { "name": "Title", "type": "singleLineText" },
                    fields[1]["id"].as_str().unwrap(): { "name": "For", "type": "multipleRecordLinks" } },
                "recordsById": {} } },
            "changedTablesById": { CLIENTS: { "createdFieldsById": {
                inverse: { "name": "Projects", "type": "multipleRecordLinks" } } } },
        })
    );
}

#[test]
fn each_kind_of_data_tells_its_own_of_a_new_table() {
    for (types, key) in
        [("tableMetadata", "metadata"), ("tableFields", "fieldsById"), ("tableData", "recordsById")]
    {
        let mut office = listening(json!([types]), json!({}));
        let id = new_table(&mut office)["id"].as_str().unwrap().to_owned();
        let told = office.told()["createdTablesById"][&id].clone();
        assert_eq!(told.as_object().unwrap().keys().collect::<Vec<_>>(), [key]);
    }
}

#[test]
fn fields_and_tables_that_go_are_told_by_id() {
    let mut office = listening(json!(["tableFields"]), json!({}));
    office.delete_field("fldStatus00000000");
    let gone = json!({ "changedTablesById": { CLIENTS: { "destroyedFieldIds": ["fldStatus00000000"] } } });
    assert_eq!(office.told(), gone);
    office.delete_table(INVOICES);
    let told = office.told();
    assert_eq!(told["destroyedTableIds"], json!([INVOICES]));
    let link = &told["changedTablesById"][CLIENTS]["destroyedFieldIds"];
    assert_eq!(*link, json!(["fldInvoices000000"]), "the link to it goes along");
}

#[test]
fn a_type_of_change_that_is_not_asked_for_is_not_told_of_schemas_either() {
    let mut office = listening(json!(["tableMetadata", "tableFields"]), json!({ "changeTypes": ["add"] }));
    rename_table(&mut office);
    rename_field(&mut office, "Name", "Title");
    office.delete_field("fldStatus00000000");
    office.delete_table(INVOICES);
    assert_eq!(office.payloads(), Vec::<Value>::new());
    new_table(&mut office);
    assert_eq!(office.payloads().len(), 1);
}

#[test]
fn a_new_field_is_no_news_to_who_asks_for_what_changes() {
    let more = json!({ "changeTypes": ["update", "remove"] });
    let mut office = listening(json!(["tableMetadata", "tableFields", "tableData"]), more);
    new_table(&mut office);
    assert_eq!(office.payloads(), Vec::<Value>::new());
}

#[test]
fn another_name_of_a_table_is_its_metadata_and_that_of_a_field_is_not() {
    for (types, told) in [("tableMetadata", "changedMetadata"), ("tableFields", "changedFieldsById")] {
        let mut office = listening(json!([types]), json!({}));
        rename_table(&mut office);
        rename_field(&mut office, "Name", "Title");
        let payloads = office.payloads();
        assert_eq!(payloads.len(), 1, "{types}");
        assert!(payloads[0]["changedTablesById"][CLIENTS].get(told).is_some(), "{types}");
    }
}

#[test]
fn of_watched_schemas_alone_changes_are_told() {
    let more = json!({ "watchSchemasOfFieldIds": ["fldStatus00000000"] });
    let mut office = listening(json!(["tableFields"]), more);
    rename_field(&mut office, "Name", "Title");
    office.delete_field("fldOwner000000000");
    assert_eq!(office.payloads(), Vec::<Value>::new());
    rename_field(&mut office, "Status", "State");
    assert_eq!(office.payloads().len(), 1);
}

#[test]
fn a_scope_keeps_the_schema_of_other_tables_out() {
    let more = json!({ "recordChangeScope": INVOICES });
    let mut office = listening(json!(["tableFields", "tableMetadata"]), more);
    rename_field(&mut office, "Name", "Title");
    new_table(&mut office);
    assert_eq!(office.payloads(), Vec::<Value>::new());
    office.delete_field("fldPaid0000000000");
    assert_eq!(office.payloads().len(), 1);
}

#[test]
fn a_schema_that_stays_as_it_is_tells_nothing() {
    assert!(Office::new().change_schema(&[]).is_empty());
}

#[test]
fn records_that_are_in_a_new_table_already_are_told_with_it() {
    let mut office = listening(json!(["tableData"]), json!({}));
    office.hooks = Hooks::default();
    let id = office.create(INVOICES, json!([{ "Number": "1" }]))[0];
    office.hook(json!({ "dataTypes": ["tableData"] }), json!({}));
    let mut before = office.base().clone();
    before.tables.retain(|table| table.id.as_str() != INVOICES);
    let origin = office.origin(Source::Client);
    let happening = Happening::of_schema(origin, &before, &office.tables);
    office.hooks.note(&happening, None);
    let told = &office.told()["createdTablesById"][INVOICES]["recordsById"][id.as_str()];
    assert_eq!(told["cellValuesByFieldId"], json!({ "fldNumber00000000": "1" }));
}
