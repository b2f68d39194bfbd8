use domain::bases::schema::SchemaChange;

use super::*;

/// A hook dies of what is done to the office, and what it says last.
fn last_words(more: Value, deed: impl FnOnce(&mut Office)) -> (Office, Value) {
    let mut filters = json!({ "dataTypes": ["tableData"], "fromSources": ["publicApi"] });
    filters.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    let mut office = Office::with_hook(filters, json!({}));
    deed(&mut office);
    let told = office.told();
    (office, told)
}

#[test]
fn a_watched_field_takes_its_hook_along() {
    for key in ["watchDataInFieldIds", "watchSchemasOfFieldIds"] {
        let watched = json!({ key: ["fldStatus00000000", "fldName0000000000"] });
        let (_, told) = last_words(watched, |office| {
            office.delete_field("fldStatus00000000");
        });
        let change = json!({ CLIENTS: { "destroyedFieldIds": ["fldStatus00000000"] } });
        assert_eq!(
            told,
            json!({ "error": true, "code": "INVALID_HOOK", "changedTablesById": change }),
            "{key}"
        );
    }
}

#[test]
fn a_table_takes_along_who_watches_it_or_a_field_or_view_of_it() {
    for (more, code) in [
        (json!({ "recordChangeScope": CLIENTS }), "INVALID_FILTERS"),
        (json!({ "recordChangeScope": "viwGrid0000000000" }), "INVALID_FILTERS"),
        (
            json!({ "sourceOptions": { "formSubmission": { "viewId": "viwForm0000000000" } } }),
            "INVALID_FILTERS",
        ),
        (json!({ "watchDataInFieldIds": ["fldName0000000000"] }), "INVALID_HOOK"),
    ] {
        let (_, told) = last_words(more, |office| {
            office.delete_table(CLIENTS);
        });
        assert_eq!(told, json!({ "error": true, "code": code, "destroyedTableIds": [CLIENTS] }));
    }
}

#[test]
fn a_view_takes_along_whose_scope_or_form_it_was() {
    let form = json!({ "formSubmission": { "viewId": "viwForm0000000000" } });
    for (more, view) in [
        (json!({ "recordChangeScope": "viwGrid0000000000" }), "viwGrid0000000000"),
        (json!({ "sourceOptions": form }), "viwForm0000000000"),
    ] {
        let (_, told) = last_words(more, |office| {
            office.delete_view(view);
        });
        assert_eq!(told, json!({ "error": true, "code": "INVALID_FILTERS" }));
    }
}

#[test]
fn trap_6_a_dead_hook_looks_alive_and_never_speaks_again() {
    let watched = json!({ "watchDataInFieldIds": ["fldStatus00000000"] });
    let (mut office, _) = last_words(watched, |office| {
        office.delete_field("fldStatus00000000");
    });
    let before = office.payloads();
    office.create(CLIENTS, json!([{ "Name": "Acme" }]));
    office.delete_field("fldOwner000000000");
    let now = office.clock;
    office.the_hook().refresh(now).unwrap();
    office.the_hook().enable_notifications(true);
    office.create(CLIENTS, json!([{ "Name": "Acme" }]));
    assert_eq!(office.payloads(), before);
    assert_eq!(before.len(), 1);
    let said = office.the_hook().said(now);
    assert_eq!((&said["isHookEnabled"], &said["cursorForNextPayload"]), (&json!(true), &json!(2)));
    assert!(!office.hooks.listen(now) && !office.hooks.is_empty());
}

#[test]
fn what_is_only_included_or_not_watched_does_not_kill() {
    let included = json!({ "includeCellValuesInFieldIds": ["fldStatus00000000"] });
    let filters = json!({ "dataTypes": ["tableData"], "recordChangeScope": CLIENTS,
        "watchDataInFieldIds": ["fldName0000000000"] });
    let mut office = Office::with_hook(filters, included);
    office.delete_field("fldStatus00000000");
    office.delete_view("viwGrid0000000000");
    office.delete_table(INVOICES);
    office.create(CLIENTS, json!([{ "Name": "Acme" }]));
    let payloads = office.payloads();
    assert_eq!(payloads.len(), 1);
    assert_eq!(payloads[0].get("error"), None);
}

#[test]
fn news_in_the_hour_of_death_is_worth_a_ping() {
    let filters = json!({ "dataTypes": ["tableFields"], "watchSchemasOfFieldIds": ["fldName0000000000"] });
    let mut office = Office::with_hook(filters, json!({}));
    let happening = office.change_schema(&[]);
    assert_eq!(office.hooks.note(&happening, None), []);
    let before = office.base().clone();
    let (table, field) = (office::table_id(CLIENTS), office::field_id("fldName0000000000"));
    office.tables.apply_schema(&[SchemaChange::FieldDeleted { table, field }]);
    let origin = office.origin(Source::Client);
    let happening = Happening::of_schema(origin, &before, &office.tables);
    assert_eq!(office.hooks.note(&happening, None), [office::hook_id(1)]);
    assert_eq!(office.hooks.note(&happening, None), []);
}
