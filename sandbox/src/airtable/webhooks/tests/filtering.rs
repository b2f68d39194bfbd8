use domain::bases::ids::ViewId;

use super::*;

/// Two records are there before the hook; then one is made, one changed, one deleted.
fn made_changed_deleted(filters: Value) -> (Vec<Value>, [RecordId; 3]) {
    let mut office = Office::new();
    let [changed, gone] = office.create(CLIENTS, json!([{}, {}]))[..] else { panic!("two clients") };
    office.hook(filters, json!({}));
    let made = office.create(CLIENTS, json!([{ "Name": "Acme" }]))[0];
    office.patch(CLIENTS, changed, json!({ "Name": "Beta" }));
    office.delete(CLIENTS, &[gone]);
    (office.payloads(), [made, changed, gone])
}

#[test]
fn each_type_of_change_is_told_to_who_asks_for_it() {
    for (asked, expected) in [
        (json!(["add"]), vec!["createdRecordsById"]),
        (json!(["update"]), vec!["changedRecordsById"]),
        (json!(["remove"]), vec!["destroyedRecordIds"]),
        (json!(["add", "remove"]), vec!["createdRecordsById", "destroyedRecordIds"]),
        (json!([]), vec!["createdRecordsById", "changedRecordsById", "destroyedRecordIds"]),
    ] {
        let (payloads, _) = made_changed_deleted(json!({ "dataTypes": ["tableData"], "changeTypes": asked }));
        let keys = payloads.iter().flat_map(|payload| {
            payload["changedTablesById"][CLIENTS].as_object().unwrap().keys().map(String::as_str)
        });
        assert_eq!(keys.collect::<Vec<_>>(), expected, "{asked}");
    }
}

#[test]
fn records_are_no_news_to_who_asks_for_the_schema() {
    for types in [json!(["tableFields"]), json!(["tableMetadata"])] {
        assert_eq!(made_changed_deleted(json!({ "dataTypes": types })).0, Vec::<Value>::new());
    }
}

#[test]
fn a_scope_lets_its_own_table_through_alone() {
    let filters = json!({ "dataTypes": ["tableData"], "recordChangeScope": INVOICES });
    let mut office = Office::with_hook(filters, json!({}));
    let client = office.create(CLIENTS, json!([{ "Name": "Acme" }]))[0];
    assert_eq!(office.payloads(), Vec::<Value>::new());
    office.create(INVOICES, json!([{ "Client": [client] }]));
    let tables: Vec<_> = office.told()["changedTablesById"].as_object().unwrap().keys().cloned().collect();
    assert_eq!(tables, [INVOICES]);
}

#[test]
fn where_a_view_is_the_scope_records_are_told_under_it() {
    let filters = json!({ "dataTypes": ["tableData"], "recordChangeScope": "viwGrid0000000000" });
    let (payloads, [made, changed, gone]) = made_changed_deleted(filters);
    let view = |payload: &Value| payload["changedTablesById"][CLIENTS]["changedViewsById"].clone();
    let name = |text: &str| json!({ "fldName0000000000": text });
    assert_eq!(
        payloads.iter().map(view).collect::<Vec<_>>(),
        [
            json!({ "viwGrid0000000000": { "createdRecordsById": { made.as_str(): {
                "createdTime": "2026-03-01T12:00:00.000Z", "cellValuesByFieldId": { "fldName0000000000": "Acme", "fldCount000000000": 0 } } } } }),
            json!({ "viwGrid0000000000": { "changedRecordsById": { changed.as_str(): {
                "current": { "cellValuesByFieldId": name("Beta") } } } } }),
            json!({ "viwGrid0000000000": { "destroyedRecordIds": [gone] } }),
        ]
    );
    for payload in &payloads {
        assert_eq!(payload["changedTablesById"][CLIENTS].as_object().unwrap().len(), 1);
    }
}

#[test]
fn a_source_that_is_not_asked_for_is_not_told() {
    let filters = json!({ "dataTypes": ["tableData"], "fromSources": ["client", "automation"] });
    let mut office = Office::with_hook(filters, json!({}));
    for source in [Source::Client, Source::PublicApi, Source::Sync, Source::Automation, Source::Unknown] {
        let origin = office.origin(source);
        office.create_from(origin, CLIENTS, json!([{}]));
    }
    let payloads = office.payloads();
    let told: Vec<_> = payloads.iter().map(|payload| &payload["actionMetadata"]["source"]).collect();
    assert_eq!(told, ["client", "automation"]);
}

#[test]
fn every_source_can_be_asked_for_by_the_name_it_is_told_by() {
    use Source as S;
    for source in [
        S::Client,
        S::PublicApi,
        S::FormSubmission,
        S::FormPageSubmission,
        S::Automation,
        S::System,
        S::Sync,
        S::AnonymousUser,
        S::Unknown,
    ] {
        let filters = json!({ "dataTypes": ["tableData"], "fromSources": [source] });
        let mut office = Office::with_hook(filters, json!({}));
        let origin = office.origin(source);
        office.create_from(origin, CLIENTS, json!([{}]));
        assert_eq!(office.payloads()[0]["actionMetadata"]["source"], json!(source));
    }
}

#[test]
fn of_forms_the_one_that_is_named_is_told() {
    let filters = json!({ "dataTypes": ["tableData"], "sourceOptions": {
        "formSubmission": { "viewId": "viwForm0000000000" },
        "formPageSubmission": { "pageId": "pagOne00000000000" } } });
    let mut office = Office::with_hook(filters, json!({}));
    for (source, view, page) in [
        (Source::FormSubmission, Some("viwForm0000000000"), None),
        (Source::FormSubmission, Some("viwOther000000000"), None),
        (Source::FormSubmission, None, None),
        (Source::FormPageSubmission, None, Some("pagOne00000000000")),
        (Source::FormPageSubmission, None, Some("pagTwo00000000000")),
        (Source::Client, None, None),
    ] {
        let mut origin = office.origin(source);
        origin.view = view.map(|view| ViewId::parse(view).unwrap());
        origin.page = page.map(str::to_owned);
        office.create_from(origin, CLIENTS, json!([{}]));
    }
    let payloads = office.payloads();
    let told: Vec<_> = payloads.iter().map(|payload| payload["baseTransactionNumber"].as_u64()).collect();
    assert_eq!(told, [Some(1), Some(4), Some(6)]);
    let page = &payloads[1]["actionMetadata"]["sourceMetadata"];
    assert_eq!(*page, json!({ "pageId": "pagOne00000000000" }));
}

#[test]
fn of_watched_fields_alone_changes_are_told() {
    let filters = json!({ "dataTypes": ["tableData"], "watchDataInFieldIds": ["fldName0000000000"] });
    let mut office = Office::with_hook(filters, json!({}));
    let invoice = office.create(INVOICES, json!([{ "Number": "1" }]))[0];
    office.patch(INVOICES, invoice, json!({ "Amount": 1 }));
    office.delete(INVOICES, &[invoice]);
    assert_eq!(office.payloads(), Vec::<Value>::new(), "nothing of a table without a watched field");
    let client = office.create(CLIENTS, json!([{ "Name": "Acme", "Status": "Open" }]))[0];
    let made = &office.told()["changedTablesById"][CLIENTS]["createdRecordsById"][client.as_str()];
    assert_eq!(made["cellValuesByFieldId"], json!({ "fldName0000000000": "Acme" }));
    office.patch(CLIENTS, client, json!({ "Status": "Done" }));
    assert_eq!(office.payloads().len(), 1, "another field is not watched");
    office.patch(CLIENTS, client, json!({ "Name": "Beta", "Status": "Open" }));
    let changed = &office.told()["changedTablesById"][CLIENTS]["changedRecordsById"][client.as_str()];
    let expected = json!({ "current": { "cellValuesByFieldId": { "fldName0000000000": "Beta" } } });
    assert_eq!(*changed, expected);
}

#[test]
fn previous_values_stand_beside_the_current_ones_for_who_wants_them() {
    let filters = json!({ "dataTypes": ["tableData"], "changeTypes": ["update"] });
    let mut office = Office::with_hook(filters, json!({ "includePreviousCellValues": true }));
    let id = office.create(CLIENTS, json!([{ "Name": "Acme" }]))[0];
    office.patch(CLIENTS, id, json!({ "Name": "Beta", "Status": "Done" }));
    let done = json!({ "id": "selDone0000000000", "name": "Done" });
    assert_eq!(
        office.told()["changedTablesById"][CLIENTS]["changedRecordsById"][id.as_str()],
        json!({
            "current": { "cellValuesByFieldId": { "fldName0000000000": "Beta", "fldStatus00000000": done } },
            "previous": { "cellValuesByFieldId": { "fldName0000000000": "Acme", "fldStatus00000000": null } },
        })
    );
}

#[test]
fn included_cells_are_told_though_they_did_not_change() {
    let row = json!([{ "Number": "1", "Amount": 2, "Paid": true }]);
    for (included, unchanged) in [
        (json!(["fldNumber00000000", "fldClient00000000"]), json!({ "fldNumber00000000": "1" })),
        (json!("all"), json!({ "fldNumber00000000": "1", "fldPaid0000000000": true })),
    ] {
        let includes = json!({ "includeCellValuesInFieldIds": included });
        let mut office = Office::with_hook(json!({ "dataTypes": ["tableData"] }), includes);
        let id = office.create(INVOICES, row.clone())[0];
        office.patch(INVOICES, id, json!({ "Amount": 3 }));
        assert_eq!(
            office.told()["changedTablesById"][INVOICES]["changedRecordsById"][id.as_str()],
            json!({ "current": { "cellValuesByFieldId": { "fldAmount00000000": 3 } },
                "unchanged": { "cellValuesByFieldId": unchanged } })
        );
    }
}

#[test]
fn an_included_cell_that_changes_too_is_told_as_changed() {
    let filters = json!({ "dataTypes": ["tableData"], "watchDataInFieldIds": ["fldAmount00000000"] });
    let includes = json!({ "includeCellValuesInFieldIds": ["fldNumber00000000"] });
    let mut office = Office::with_hook(filters, includes);
    let id = office.create(INVOICES, json!([{ "Number": "1", "Amount": 2, "Paid": true }]))[0];
    office.patch(INVOICES, id, json!({ "Number": "2", "Amount": 3, "Paid": false }));
    assert_eq!(
        office.told()["changedTablesById"][INVOICES]["changedRecordsById"][id.as_str()],
        json!({ "current": { "cellValuesByFieldId": { "fldAmount00000000": 3, "fldNumber00000000": "2" } } })
    );
}
