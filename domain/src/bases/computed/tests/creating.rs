use serde_json::{Value, json};
use uuid::Uuid;

use crate::bases::errors::ApiError;
use crate::bases::ids::Mint;
use crate::bases::samples;
use crate::bases::schema::{Base, SchemaChange};

fn made(table: &str, draft: Value) -> Result<Value, ApiError> {
    let base = samples::base();
    let table = base.table_called(table).unwrap().id;
    let mut mint = Mint::new(Uuid::from_u128(7));
    let planned = base.plan_field(table, serde_json::from_value(draft).unwrap(), &mut mint)?;
    match &planned[..] {
        [SchemaChange::FieldCreated { field, .. }] => {
            Ok(serde_json::to_value(field).unwrap()["options"].take())
        }
        other => panic!("{other:?}"),
    }
}

fn formula(table: &str, text: &str) -> Result<Value, ApiError> {
    made(table, json!({ "name": "New", "type": "formula", "options": { "formula": text } }))
}

#[test]
fn a_formula_is_kept_with_ids_and_says_what_it_reads_and_makes() {
    assert_eq!(
        formula("Invoices", "{Amount}*{stars}+IF(Paid, 1.5)").unwrap(),
        json!({
            "formula": "{fldAmount00000000} * {fldStars000000000} + IF({fldPaid0000000000}, 1.5)",
            "isValid": true,
            "referencedFieldIds": ["fldAmount00000000", "fldPaid0000000000", "fldStars000000000"],
            "result": { "type": "number", "options": { "precision": 1 } },
        })
    );
}

#[test]
fn a_formula_that_names_what_is_not_there_is_not_valid_and_one_that_is_none_is_refused() {
    let made = formula("Invoices", "{Nope} + {New}").unwrap();
    assert_eq!((&made["isValid"], &made["result"]), (&json!(false), &Value::Null));
    assert_eq!(made["formula"], "{Nope} + {New}");
    for text in ["", "1 +", "NOPE(1)", "LEN()"] {
        assert_eq!(formula("Invoices", text).unwrap_err().kind(), "INVALID_FIELD_TYPE_OPTIONS_FOR_CREATE");
    }
}

#[test]
fn a_lookup_takes_the_type_of_what_it_looks_at() {
    let lookup = |link: &str, field: &str| {
        let options = json!({ "recordLinkFieldId": link, "fieldIdInLinkedTable": field });
        made("Clients", json!({ "name": "New", "type": "multipleLookupValues", "options": options })).unwrap()
    };
    let amounts = lookup("fldInvoices000000", "fldAmount00000000");
    let currency = json!({ "type": "currency", "options": { "precision": 2, "symbol": "€" } });
    assert_eq!((&amounts["isValid"], &amounts["result"]), (&json!(true), &currency));
    assert_eq!(lookup("fldInvoices000000", "fldWord0000000000")["result"]["type"], "singleLineText");
    for (link, field) in [
        ("fldInvoices000000", "fldName0000000000"),
        ("fldName0000000000", "fldAmount00000000"),
        ("fldClient00000000", "fldName0000000000"),
    ] {
        assert_eq!(lookup(link, field)["isValid"], false, "{link} {field}");
    }
}

#[test]
fn rollups_and_counts_are_valid_where_their_link_is() {
    let rollup = |field: &str, formula: &str| {
        let options = json!({ "recordLinkFieldId": "fldInvoices000000", "fieldIdInLinkedTable": field,
            "formula": formula });
        made("Clients", json!({ "name": "New", "type": "rollup", "options": options }))
    };
    assert_eq!(rollup("fldStars000000000", "sum(VALUES)").unwrap()["result"]["options"]["precision"], 0);
    assert_eq!(rollup("fldDue00000000000", "MAX(values)").unwrap()["result"]["type"], "dateTime");
    assert!(rollup("fldDue00000000000", "MAX({Due})").is_err());
    let count = |link: &str| {
        let draft = json!({ "name": "New", "type": "count", "options": { "recordLinkFieldId": link } });
        made("Clients", draft).unwrap()["isValid"].take()
    };
    assert_eq!(count("fldPartners000000"), true);
    assert_eq!(count("fldName0000000000"), false);
}

fn table(fields: Value) -> Base {
    let mut base = samples::base();
    let draft = serde_json::from_value(json!({ "name": "Sums", "fields": fields })).unwrap();
    let planned = base.plan_table(draft, &mut Mint::new(Uuid::from_u128(7))).unwrap();
    planned.iter().for_each(|change| base.apply(change));
    base
}

#[test]
fn formulas_of_a_new_table_may_name_each_other_in_any_order_but_not_in_a_circle() {
    let formula =
        |name: &str, text: &str| json!({ "name": name, "type": "formula", "options": { "formula": text } });
    let base = table(json!([
        formula("Title", "{Second} & '!'"),
        formula("Second", "{Third} + 1"),
        formula("Third", "2.5"),
        formula("Round", "{About}"),
        formula("About", "{Round} + 1"),
    ]));
    let said = |name: &str| {
        let table = base.table_called("Sums").unwrap();
        serde_json::to_value(table.field_called(name).unwrap()).unwrap()["options"].take()
    };
    assert_eq!(said("Title")["result"]["type"], "singleLineText");
    assert_eq!(said("Second")["result"]["options"]["precision"], 1);
    for name in ["Round", "About"] {
        assert_eq!((&said(name)["isValid"], &said(name)["result"]), (&json!(false), &Value::Null));
    }
}

#[test]
fn a_new_name_for_a_field_changes_no_formula() {
    let base = samples::base();
    let renaming = serde_json::from_value(json!({ "name": "Net" })).unwrap();
    let planned = base.plan_field_renaming(base.tables[1].id, "Amount", renaming).unwrap();
    let mut renamed = base.clone();
    planned.iter().for_each(|change| renamed.apply(change));
    let twice = |base: &Base| base.tables[1].field_called("Twice").unwrap().kind.clone();
    assert_eq!(twice(&renamed), twice(&base));
}

#[test]
fn a_base_written_by_hand_is_completed() {
    let mut base = samples::base();
    let whole = base.clone();
    let twice = base.tables[1].field_called("Twice").unwrap().id;
    let short =
        json!({ "id": twice, "name": "Twice", "type": "formula", "options": { "formula": "{Amount}*2" } });
    *base.tables[1].field_mut(twice).unwrap() = serde_json::from_value(short).unwrap();
    base.complete_all().unwrap();
    let completed = serde_json::to_value(base.tables[1].field(twice)).unwrap();
    assert_eq!(completed["options"]["formula"], "{fldAmount00000000} * 2");
    assert_eq!(completed["options"]["isValid"], true);
    assert_eq!(base.tables[0], whole.tables[0], "what says what it promises is left alone");
}
