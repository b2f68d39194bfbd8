use serde_json::{Value, json};
use uuid::Uuid;

use super::super::*;
use crate::bases::errors::ApiError;
use crate::bases::ids::Mint;
use crate::bases::samples;

/// A base after a plan was carried out; changes are stored in between.
fn carried_out(mut base: Base, planned: Result<Vec<SchemaChange>, ApiError>) -> Result<Base, ApiError> {
    let stored = serde_json::to_string(&planned?).unwrap();
    let changes: Vec<SchemaChange> = serde_json::from_str(&stored).unwrap();
    changes.iter().for_each(|change| base.apply(change));
    base.validate().map(|()| base)
}

fn with_table(draft: Value) -> Result<Base, ApiError> {
    let base = samples::base();
    let planned = base.plan_table(serde_json::from_value(draft).unwrap(), &mut Mint::new(Uuid::nil()));
    carried_out(base, planned)
}

fn with_field(table: &str, draft: Value) -> Result<Base, ApiError> {
    let base = samples::base();
    let table = base.table_called(table).unwrap().id;
    let planned = base.plan_field(table, serde_json::from_value(draft).unwrap(), &mut Mint::new(Uuid::nil()));
    carried_out(base, planned)
}

fn inverse(base: &Base, table: &str, field: &str) -> String {
    let field = base.table_called(table).unwrap().field_called(field).unwrap();
    let inverse = base.link(field.id).unwrap().inverse_link_field_id.unwrap();
    let (table, field) = base.field(inverse).unwrap();
    format!("{}.{}", table.name, field.name)
}

#[test]
fn a_table_gets_ids_a_first_view_and_inverses() {
    let base = with_table(json!({ "name": "Tasks", "fields": [
        { "name": "Title", "type": "singleLineText" },
        { "name": "State", "type": "singleSelect", "options": { "choices": [{ "name": "New" }] } },
        { "name": "For", "type": "multipleRecordLinks", "options": { "linkedTableId": "tblClients0000000" } },
        { "name": "By", "type": "multipleRecordLinks", "options": { "linkedTableId": "tblClients0000000" } },
    ] }))
    .unwrap();
    let table = base.table_called("Tasks").unwrap();
    assert_eq!(table.primary_field().unwrap().name, "Title");
    assert_eq!(table.views[0].name, "Grid view");
    let choice = &table.field_called("State").unwrap().choices().unwrap().choices[0];
    assert_eq!((choice.name.as_str(), choice.color.as_deref()), ("New", Some("blueLight2")));
    assert_eq!(inverse(&base, "Tasks", "For"), "Clients.Tasks");
    assert_eq!(inverse(&base, "Tasks", "By"), "Clients.Tasks 2");
}

#[test]
fn a_format_that_is_named_gets_its_pattern() {
    let draft = json!({ "name": "Due", "type": "dateTime", "options": {
        "dateFormat": { "name": "european" }, "timeFormat": { "name": "12hour" }, "timeZone": "utc" } });
    let base = with_field("Clients", draft).unwrap();
    let due = json!(base.table_called("Clients").unwrap().field_called("Due").unwrap());
    assert_eq!(due["options"]["dateFormat"], json!({ "name": "european", "format": "D/M/YYYY" }));
    assert_eq!(due["options"]["timeFormat"], json!({ "name": "12hour", "format": "h:mma" }));
}

#[test]
fn a_table_may_link_to_itself() {
    let link = json!({ "linkedTableId": "tblClients0000000" });
    let base =
        with_field("Clients", json!({ "name": "Clients", "type": "multipleRecordLinks", "options": link }));
    assert_eq!(inverse(&base.unwrap(), "Clients", "Clients"), "Clients.Clients 2");
}

#[test]
fn what_cannot_be_made_is_refused() {
    let fault = |draft| with_field("Clients", draft).unwrap_err().kind();
    assert_eq!(fault(json!({ "name": "NAME", "type": "email" })), "DUPLICATE_OR_EMPTY_FIELD_NAME");
    assert_eq!(fault(json!({ "name": "X", "type": "hologram" })), "UNSUPPORTED_FIELD_TYPE_FOR_CREATE");
    assert_eq!(fault(json!({ "name": "X", "type": "number" })), "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE");
    let link = json!({ "linkedTableId": "tbl99999999999999" });
    let draft = json!({ "name": "X", "type": "multipleRecordLinks", "options": link });
    assert_eq!(fault(draft), "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE");
    let fields = json!([{ "name": "A", "type": "email" }]);
    let taken = with_table(json!({ "name": "clients", "fields": fields }));
    assert_eq!(taken.unwrap_err().kind(), "DUPLICATE_TABLE_NAME");
    assert_eq!(with_table(json!({ "name": "New", "fields": [] })).unwrap_err(), ApiError::InvalidRequest);
}

#[test]
fn names_and_descriptions_change_and_nothing_else() {
    let base = samples::base();
    let table = base.tables[0].id;
    let rename = |name: &str| Renaming { name: Some(name.into()), description: None };
    let planned = base.plan_field_renaming(table, "mail", rename("E-mail"));
    let renamed = carried_out(base.clone(), planned).unwrap();
    let (before, after) = (&base.tables[0].fields[2], &renamed.tables[0].fields[2]);
    assert_eq!((after.name.as_str(), after.id, &after.kind), ("E-mail", before.id, &before.kind));
    let taken = base.plan_field_renaming(table, "Mail", rename("notes"));
    assert_eq!(taken, Err(ApiError::DuplicateOrEmptyFieldName("notes".into())));
    assert!(base.plan_table_renaming("Clients", rename("invoices")).is_err());
    assert!(base.plan_table_renaming("Clients", rename("CLIENTS")).is_ok());
    assert_eq!(base.plan_table_renaming("Clients", Renaming::default()), Err(ApiError::InvalidRequest));
}

#[test]
fn a_description_is_as_long_as_it_has_characters() {
    let draft = |letter: &str, length: usize| json!({ "name": "X", "type": "email", "description": letter.repeat(length) });
    assert!(with_field("Clients", draft("é", DESCRIPTION_LENGTH_MAX)).is_ok());
    let too_long = with_field("Clients", draft("x", DESCRIPTION_LENGTH_MAX + 1));
    assert_eq!(too_long.unwrap_err(), ApiError::InvalidRequest);
    let base = samples::base();
    let described = |length| Renaming { name: None, description: Some("é".repeat(length)) };
    assert!(base.plan_table_renaming("Clients", described(DESCRIPTION_LENGTH_MAX)).is_ok());
    assert!(base.plan_table_renaming("Clients", described(DESCRIPTION_LENGTH_MAX + 1)).is_err());
}
