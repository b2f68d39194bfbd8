mod editing;
mod saying;
mod seeing;

use serde_json::{Value, json};

use super::*;
use crate::bases::errors::ApiError;
use crate::bases::ids::FieldId;
use crate::bases::samples;

fn field(written: Value) -> Field {
    serde_json::from_value(written).unwrap()
}

#[test]
fn a_field_is_written_as_it_was_read() {
    for written in [
        json!({ "id": "fld00000000000001", "name": "Name", "type": "singleLineText" }),
        json!({ "id": "fld00000000000001", "name": "Price", "type": "currency", "description": "net",
            "options": { "precision": 2, "symbol": "€" } }),
        json!({ "id": "fld00000000000001", "name": "Due", "type": "dateTime", "options": {
            "dateFormat": { "name": "iso", "format": "YYYY-MM-DD" },
            "timeFormat": { "name": "24hour", "format": "HH:mm" }, "timeZone": "utc" } }),
        json!({ "id": "fld00000000000001", "name": "Status", "type": "singleSelect", "options": { "choices": [
            { "id": "sel00000000000001", "name": "Open", "color": "blueLight2" } ] } }),
        json!({ "id": "fld00000000000001", "name": "Sum", "type": "formula", "options": {
            "formula": "{fld00000000000002}+1", "isValid": true,
            "referencedFieldIds": ["fld00000000000002"],
            "result": { "type": "number", "options": { "precision": 1 } } } }),
        json!({ "id": "fld00000000000001", "name": "Clients", "type": "multipleRecordLinks", "options": {
            "linkedTableId": "tbl00000000000001", "isReversed": false, "prefersSingleRecordLink": true,
            "inverseLinkFieldId": "fld00000000000002" } }),
        json!({ "id": "fld00000000000001", "name": "New", "type": "hologram", "options": { "deep": [1] } }),
        json!({ "id": "fld00000000000001", "name": "Odd", "type": "number", "options": { "precision": "x" } }),
    ] {
        assert_eq!(serde_json::to_value(field(written.clone())).unwrap(), written);
    }
}

#[test]
fn options_of_a_type_that_has_none_do_not_matter() {
    for options in [json!(null), json!({}), json!({ "new": true })] {
        assert_eq!(FieldType::parse("email", Some(options)), Ok(FieldType::Email));
    }
    assert!(FieldType::parse("rating", None).is_err());
    assert_eq!(
        FieldType::parse("multipleAttachments", None),
        Ok(FieldType::MultipleAttachments(AttachmentOptions { is_reversed: false }))
    );
}

#[test]
fn an_id_wins_over_a_name_and_an_exact_name_over_another_case() {
    let mut base = samples::base();
    let table = &mut base.tables[0];
    let first = table.fields[0].id;
    table.fields[1].name = first.to_string();
    table.fields[2].name = "name".into();
    table.fields[0].name = "NAME".into();
    assert_eq!(table.field_called(first.as_str()).unwrap().id, first);
    assert_eq!(table.field_called("name").unwrap().id, table.fields[2].id);
    assert_eq!(table.field_called("Name").unwrap().id, first);
    assert_eq!(table.field_called("Nope"), Err(ApiError::UnknownFieldName("Nope".into())));
    assert_eq!(base.table_called("CLIENTS").unwrap().name, "Clients");
    assert_eq!(base.table_called("Nope"), Err(ApiError::PermissionsOrModelNotFound));
}

#[test]
fn a_view_that_is_not_there_is_named_by_the_shape_of_the_text() {
    let base = samples::base();
    let table = &base.tables[0];
    assert!(table.view_called("grid VIEW").is_ok());
    assert_eq!(table.view_called("Nope"), Err(ApiError::ViewNameNotFound("Nope".into())));
    let id = "viw99999999999999";
    assert_eq!(table.view_called(id), Err(ApiError::ViewIdNotFound(id.into())));
}

#[test]
fn a_sound_base_passes_and_each_fault_has_its_error() {
    samples::base().validate().unwrap();
    let fault = |spoil: fn(&mut Base)| {
        let mut base = samples::base();
        spoil(&mut base);
        base.validate().unwrap_err().kind()
    };
    assert_eq!(fault(|base| base.tables[1].name = "CLIENTS".into()), "DUPLICATE_TABLE_NAME");
    assert_eq!(fault(|base| base.tables[0].fields[1].name = " ".into()), "DUPLICATE_OR_EMPTY_FIELD_NAME");
    let precision = |base: &mut Base| {
        base.tables[0].fields[1].kind = FieldType::Number(NumberOptions { precision: 9 });
    };
    assert_eq!(fault(precision), "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE");
    let primary = |base: &mut Base| base.tables[0].fields[0].kind = FieldType::SingleCollaborator;
    assert_eq!(fault(primary), "INVALID_REQUEST_UNKNOWN");
    let inverse = |base: &mut Base| {
        let field = base.tables[0].field_called("Invoices").unwrap().id;
        if let Some(Field { kind: FieldType::MultipleRecordLinks(options), .. }) =
            base.tables[0].field_mut(field)
        {
            options.inverse_link_field_id = Some(FieldId::parse("fld99999999999999").unwrap());
        }
    };
    assert_eq!(fault(inverse), "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE");
}
