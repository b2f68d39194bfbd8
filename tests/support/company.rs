//! A base of clients and invoices in which nearly everything hangs on something else: linked both ways and one way, to others and to
//! themselves, looked up, rolled up and called by the names of what is linked.

use domain::bases::schema;
use serde_json::{Value, json};

pub const CLIENTS: &str = "tblClients0000000";
pub const INVOICES: &str = "tblInvoices000000";
/// Fields that link, each with its table and the one it links to.
pub const LINKS: [(&str, &str, &str); 5] = [
    (CLIENTS, "Invoices", INVOICES),
    (INVOICES, "Client", CLIENTS),
    (CLIENTS, "Partners", CLIENTS),
    (CLIENTS, "Parent", CLIENTS),
    (CLIENTS, "Children", CLIENTS),
];

pub fn company() -> schema::Base {
    let base = json!({ "id": "appCompany0000000", "name": "Company", "tables": [
        { "id": CLIENTS, "name": "Clients", "primaryFieldId": "fldName0000000000", "fields": clients() },
        { "id": INVOICES, "name": "Invoices", "primaryFieldId": "fldTitle000000000", "fields": invoices() },
    ] });
    let mut base: schema::Base = serde_json::from_value(base).expect("a base");
    base.complete_all().expect("a sound base");
    base.validate().expect("a sound base");
    base
}

fn link(id: &str, name: &str, table: &str, inverse: Option<&str>) -> Value {
    let options = match inverse {
        Some(inverse) => json!({ "linkedTableId": table, "inverseLinkFieldId": inverse }),
        None => json!({ "linkedTableId": table }),
    };
    json!({ "id": id, "name": name, "type": "multipleRecordLinks", "options": options })
}

fn looked(id: &str, name: &str, kind: &str, link: &str, field: &str, formula: Option<&str>) -> Value {
    let mut options = json!({ "isValid": true, "recordLinkFieldId": link, "fieldIdInLinkedTable": field });
    if let Some(formula) = formula {
        options["formula"] = json!(formula);
        options["referencedFieldIds"] = json!([]);
    }
    json!({ "id": id, "name": name, "type": kind, "options": options })
}

fn formula(id: &str, name: &str, formula: &str) -> Value {
    json!({ "id": id, "name": name, "type": "formula", "options": { "formula": formula, "isValid": true } })
}

fn clients() -> Value {
    let choices = json!({ "choices": [
        { "id": "selOpen0000000000", "name": "Open" }, { "id": "selDone0000000000", "name": "Done" },
    ] });
    json!([
        { "id": "fldName0000000000", "name": "Name", "type": "singleLineText" },
        { "id": "fldStatus00000000", "name": "Status", "type": "singleSelect", "options": choices },
        link("fldInvoices000000", "Invoices", INVOICES, Some("fldClient00000000")),
        link("fldPartners000000", "Partners", CLIENTS, None),
        link("fldParent00000000", "Parent", CLIENTS, Some("fldChildren000000")),
        link("fldChildren000000", "Children", CLIENTS, Some("fldParent00000000")),
        { "id": "fldCount000000000", "name": "How many", "type": "count",
            "options": { "isValid": true, "recordLinkFieldId": "fldInvoices000000" } },
        looked("fldTotal000000000", "Total", "rollup", "fldInvoices000000", "fldTwice000000000", Some("SUM(values)")),
        formula("fldLabel000000000", "Label", "{fldName0000000000} & \" (\" & {fldTotal000000000} & \")\""),
        looked("fldOver0000000000", "Over", "multipleLookupValues", "fldParent00000000", "fldLabel000000000", None),
        looked("fldStates00000000", "States", "multipleLookupValues", "fldPartners000000", "fldStatus00000000", None),
        formula("fldFriends0000000", "Friends", "\"with \" & {fldPartners000000}"),
        looked("fldBills000000000", "Bills", "multipleLookupValues", "fldChildren000000", "fldInvoices000000", None),
        formula("fldAll00000000000", "All bills", "LEN({fldBills000000000} & \"\")"),
        { "id": "fldChanged0000000", "name": "Changed", "type": "lastModifiedTime", "options": {} },
        { "id": "fldSerial00000000", "name": "Serial", "type": "autoNumber" },
    ])
}

fn invoices() -> Value {
    json!([
        formula("fldTitle000000000", "Title", "{fldNumber00000000} & \" \" & {fldPayer000000000}"),
        { "id": "fldNumber00000000", "name": "Number", "type": "singleLineText" },
        { "id": "fldAmount00000000", "name": "Amount", "type": "number", "options": { "precision": 2 } },
        link("fldClient00000000", "Client", CLIENTS, Some("fldInvoices000000")),
        looked("fldPayer000000000", "Payer", "multipleLookupValues", "fldClient00000000", "fldName0000000000", None),
        formula("fldTwice000000000", "Twice", "{fldAmount00000000} * 2"),
        formula("fldAge00000000000", "Age", "DATETIME_DIFF(NOW(), CREATED_TIME(), 'days')"),
    ])
}
