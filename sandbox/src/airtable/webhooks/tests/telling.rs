use domain::bases::ids::ViewId;

use super::*;

fn all() -> Office {
    Office::with_hook(json!({ "dataTypes": ["tableData"] }), json!({}))
}

fn cells(told: &Value, table: &str, id: RecordId) -> Value {
    told["changedTablesById"][table]["changedRecordsById"][id.as_str()]["current"]["cellValuesByFieldId"]
        .clone()
}

#[test]
fn a_payload_says_when_by_whom_and_from_where() {
    let mut office = all();
    let mut origin = office.origin(Source::FormSubmission);
    origin.user = Some(User {
        id: "usrAna00000000000".into(),
        email: "ana@example.org".into(),
        name: Some("Ana".into()),
        permission_level: "create".into(),
    });
    origin.view = Some(ViewId::parse("viwForm0000000000").unwrap());
    let id = office.create_from(origin, CLIENTS, json!([{ "Name": "Acme" }]))[0];
    assert_eq!(
        office.payloads(),
        [json!({
            "timestamp": "2026-03-01T12:00:00.000Z",
            "baseTransactionNumber": 1,
            "payloadFormat": "v0",
            "actionMetadata": { "source": "formSubmission", "sourceMetadata": {
                "user": { "id": "usrAna00000000000", "email": "ana@example.org", "name": "Ana",
                    "permissionLevel": "create" },
                "viewId": "viwForm0000000000" } },
            "changedTablesById": { CLIENTS: { "createdRecordsById": { id.as_str(): {
                "createdTime": "2026-03-01T12:00:00.000Z",
                "cellValuesByFieldId": { "fldName0000000000": "Acme", "fldCount000000000": 0 } } } } },
        })]
    );
}

#[test]
fn without_a_user_the_source_stands_alone() {
    let mut office = all();
    office.create(CLIENTS, json!([{}]));
    assert_eq!(office.payloads()[0]["actionMetadata"], json!({ "source": "publicApi" }));
}

#[test]
fn a_change_tells_the_changed_cells_alone_in_the_shape_of_webhooks() {
    let mut office = all();
    let id = office.create(CLIENTS, json!([{ "Name": "Acme" }]))[0];
    let owner = json!({ "email": "ana@example.org" });
    office.patch(CLIENTS, id, json!({ "Status": "Open", "Owner": owner, "Name": "Acme" }));
    let told = office.told();
    assert_eq!(
        told["changedTablesById"][CLIENTS]["changedRecordsById"][id.as_str()],
        json!({ "current": { "cellValuesByFieldId": {
            "fldStatus00000000": { "id": "selOpen0000000000", "name": "Open", "color": "blueLight2" },
            "fldOwner000000000": { "id": "usrAna00000000000", "email": "ana@example.org", "name": "Ana" } } } })
    );
}

#[test]
fn a_cleared_cell_is_null() {
    let mut office = all();
    let id = office.create(INVOICES, json!([{ "Amount": 3, "Paid": true }]))[0];
    office.patch(INVOICES, id, json!({ "Amount": null, "Paid": false }));
    let expected = json!({ "fldAmount00000000": null, "fldPaid0000000000": null });
    assert_eq!(cells(&office.told(), INVOICES, id), expected);
}

#[test]
fn what_changes_nothing_is_told_to_nobody() {
    let mut office = all();
    let id = office.create(INVOICES, json!([{ "Amount": 3 }]))[0];
    assert!(office.patch(INVOICES, id, json!({ "Amount": 3 })).is_empty());
    assert_eq!(office.payloads().len(), 1);
}

#[test]
fn a_link_is_told_in_both_tables_with_what_follows_from_it() {
    let mut office = all();
    let client = office.create(CLIENTS, json!([{ "Name": "Acme" }]))[0];
    let invoice = office.create(INVOICES, json!([{ "Number": "1", "Amount": 2.5 }]))[0];
    office.patch(INVOICES, invoice, json!({ "Client": [client] }));
    let told = office.told();
    let linked = json!({ "fldClient00000000": [{ "id": client, "name": "Acme" }] });
    assert_eq!(cells(&told, INVOICES, invoice), linked);
    assert_eq!(
        cells(&told, CLIENTS, client),
        json!({
            "fldInvoices000000": [{ "id": invoice, "name": "1" }],
            "fldCount000000000": 1,
            "fldAmounts0000000": {
                "linkedRecordIds": [invoice], "valuesByLinkedRecordId": { invoice.as_str(): [2.5] } },
        })
    );
}

#[test]
fn a_record_that_is_made_with_a_link_changes_the_other_end() {
    let mut office = all();
    let client = office.create(CLIENTS, json!([{ "Name": "Acme" }]))[0];
    let invoice = office.create(INVOICES, json!([{ "Number": "1", "Client": [client] }]))[0];
    let told = office.told();
    let made = &told["changedTablesById"][INVOICES]["createdRecordsById"][invoice.as_str()];
    assert_eq!(made["cellValuesByFieldId"]["fldClient00000000"], json!([{ "id": client, "name": "Acme" }]));
    let other = cells(&told, CLIENTS, client);
    assert_eq!(other["fldInvoices000000"], json!([{ "id": invoice, "name": "1" }]));
}

#[test]
fn a_deleted_record_leaves_every_cell_that_linked_to_it() {
    let mut office = Office::with_hook(
        json!({ "dataTypes": ["tableData"] }),
        json!({ "includePreviousCellValues": true }),
    );
    let acme = office.create(CLIENTS, json!([{ "Name": "Acme" }]))[0];
    let friend = office.create(CLIENTS, json!([{ "Name": "Friend", "Partners": [acme] }]))[0];
    let invoice = office.create(INVOICES, json!([{ "Number": "1", "Client": [acme] }]))[0];
    office.delete(CLIENTS, &[acme]);
    let named = json!([{ "id": acme, "name": "Acme" }]);
    let left = |field: &str| {
        json!({ "current": { "cellValuesByFieldId": { field: null } },
            "previous": { "cellValuesByFieldId": { field: named } } })
    };
    assert_eq!(
        office.told(),
        json!({ "changedTablesById": {
            CLIENTS: { "destroyedRecordIds": [acme],
                "changedRecordsById": { friend.as_str(): left("fldPartners000000") } },
            INVOICES: { "changedRecordsById": { invoice.as_str(): left("fldClient00000000") } },
        } })
    );
}

#[test]
fn a_client_taken_from_one_invoice_and_given_another_is_told_once() {
    let mut office = all();
    let [acme, beta] = office.create(CLIENTS, json!([{ "Name": "Acme" }, { "Name": "Beta" }]))[..] else {
        panic!("two clients");
    };
    let invoice = office.create(INVOICES, json!([{ "Number": "1", "Amount": 2, "Client": [acme] }]))[0];
    office.patch(INVOICES, invoice, json!({ "Client": [beta] }));
    let told = office.told();
    let emptied = json!({ "fldInvoices000000": null, "fldCount000000000": 0, "fldAmounts0000000": null });
    assert_eq!(cells(&told, CLIENTS, acme), emptied);
    assert_eq!(cells(&told, CLIENTS, beta)["fldInvoices000000"], json!([{ "id": invoice, "name": "1" }]));
    assert_eq!(told["changedTablesById"].as_object().unwrap().len(), 2);
}

#[test]
fn links_in_another_order_change_one_end_alone() {
    let mut office = all();
    let invoices = office.create(INVOICES, json!([{ "Number": "1" }, { "Number": "2" }]));
    let client = office.create(CLIENTS, json!([{ "Invoices": invoices }]))[0];
    let happening = office.patch(CLIENTS, client, json!({ "Invoices": [invoices[1], invoices[0]] }));
    assert_eq!(happening.changed_tables.len(), 1);
    let told = office.told();
    assert_eq!(
        cells(&told, CLIENTS, client),
        json!({ "fldInvoices000000": [
            { "id": invoices[1], "name": "2" }, { "id": invoices[0], "name": "1" }] })
    );
}

#[test]
fn another_name_of_a_linked_record_changes_no_link() {
    let mut office = all();
    let client = office.create(CLIENTS, json!([{ "Name": "Acme" }]))[0];
    office.patch(CLIENTS, client, json!({ "Partners": [client] }));
    office.patch(CLIENTS, client, json!({ "Name": "Apex" }));
    assert_eq!(cells(&office.told(), CLIENTS, client), json!({ "fldName0000000000": "Apex" }));
}

#[test]
fn a_choice_that_comes_with_a_cell_is_told_as_a_change_of_its_field() {
    let types = json!({ "dataTypes": ["tableFields", "tableData"] });
    let mut office = Office::with_hook(types, json!({}));
    office.typecast = true;
    let id = office.create(CLIENTS, json!([{}]))[0];
    office.patch(CLIENTS, id, json!({ "Status": "Brand new" }));
    let told = office.told();
    assert_eq!(cells(&told, CLIENTS, id)["fldStatus00000000"]["name"], "Brand new");
    let field = &told["changedTablesById"][CLIENTS]["changedFieldsById"]["fldStatus00000000"];
    assert_eq!(*field, json!({ "current": { "type": "singleSelect" } }));
}

#[test]
fn what_a_hook_reads_back_is_the_value_that_was_written() {
    let mut office = all();
    let id = office.create(CLIENTS, json!([{}]))[0];
    office.patch(CLIENTS, id, json!({ "Status": "Done", "Name": "Acme", "Partners": [id] }));
    let told = cells(&office.told(), CLIENTS, id);
    let table = office.base().table(office::table_id(CLIENTS)).unwrap();
    for (field, said) in told.as_object().unwrap() {
        let field = table.field_called(field).unwrap();
        let echo = office.tables.observed(table.id, id, field, said);
        assert_eq!(echo, Ok(None), "{}", field.name);
    }
}
