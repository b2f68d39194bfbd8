use serde_json::json;

use crate::bases::samples;

#[test]
fn a_view_says_what_it_shows_only_when_asked_and_never_how_it_filters() {
    let base = samples::base();
    let clients = &base.tables[0];
    let plain = json!({ "id": "viwOpen0000000000", "name": "Open ones", "type": "grid" });
    assert_eq!(clients.said(false)["views"][1], plain);
    let views = clients.said(true)["views"].clone();
    let all: Vec<_> = clients.fields.iter().map(|field| field.id).collect();
    assert_eq!(views[0]["visibleFieldIds"], json!(all), "all of them, in their order");
    assert_eq!(views[1]["visibleFieldIds"], json!(["fldName0000000000"]), "but none that is gone");
    assert_eq!(views[1].get("filter").or(views[1].get("sort")), None);
    assert_eq!(views[2], json!({ "id": "viwForm0000000000", "name": "Form", "type": "form" }));
}

#[test]
fn a_table_is_said_in_the_shape_of_the_meta_api() {
    let said = samples::base().tables[0].said(false);
    let keys: Vec<_> = said.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["fields", "id", "name", "primaryFieldId", "views"]);
    let total = said["fields"].as_array().unwrap().iter().find(|field| field["name"] == "Total").unwrap();
    assert_eq!(
        total["options"],
        json!({ "isValid": true, "recordLinkFieldId": "fldInvoices000000",
            "fieldIdInLinkedTable": "fldAmount00000000", "referencedFieldIds": [],
            "result": { "type": "number", "options": { "precision": 2 } } })
    );
    assert_eq!(samples::base().tables[1].said(true)["views"], json!([]));
}
