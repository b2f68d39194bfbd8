use super::*;

fn parse(given: &Value) -> Result<Specification, ApiError> {
    Specification::parse(given, Office::new().base())
}

fn whole() -> Value {
    json!({ "options": {
        "filters": {
            "dataTypes": ["tableMetadata", "tableData", "tableFields"],
            "recordChangeScope": CLIENTS,
            "changeTypes": ["update", "add", "remove"],
            "fromSources": ["client", "publicApi", "formSubmission", "formPageSubmission", "automation",
                "system", "sync", "anonymousUser", "unknown"],
            "sourceOptions": { "formSubmission": { "viewId": "viwForm0000000000" },
                "formPageSubmission": { "pageId": "pagOne00000000000" } },
            "watchDataInFieldIds": ["fldStatus00000000", "fldName0000000000"],
            "watchSchemasOfFieldIds": ["fldName0000000000"],
        },
        "includes": {
            "includeCellValuesInFieldIds": ["fldOwner000000000"],
            "includePreviousCellValues": true,
            "includePreviousFieldDefinitions": false,
        },
    } })
}

#[test]
fn a_specification_is_said_again_as_it_was_given() {
    let smallest = json!({ "options": { "filters": { "dataTypes": ["tableData"] } } });
    for given in [whole(), smallest] {
        assert_eq!(json!(parse(&given).unwrap()), given);
    }
}

#[test]
fn a_key_that_is_not_known_is_refused_wherever_it_stands() {
    for place in [
        "",
        "/options",
        "/options/filters",
        "/options/filters/sourceOptions",
        "/options/filters/sourceOptions/formSubmission",
        "/options/filters/sourceOptions/formPageSubmission",
        "/options/includes",
    ] {
        let mut given = whole();
        given.pointer_mut(place).unwrap()["surprise"] = json!(1);
        assert_eq!(parse(&given), Err(ApiError::InvalidRequest), "{place}");
    }
}

#[test]
fn what_is_not_of_the_base_or_not_a_word_for_it_is_refused() {
    for (place, wrong) in [
        ("filters/dataTypes", json!([])),
        ("filters/dataTypes", json!(null)),
        ("filters/dataTypes", json!(["tables"])),
        ("filters/dataTypes", json!("tableData")),
        ("filters/recordChangeScope", json!("tblOther000000000")),
        ("filters/recordChangeScope", json!("viwOther000000000")),
        ("filters/recordChangeScope", json!("Clients")),
        ("filters/recordChangeScope", json!("")),
        ("filters/recordChangeScope", json!(7)),
        ("filters/changeTypes", json!(["create"])),
        ("filters/fromSources", json!(["api"])),
        ("filters/sourceOptions", json!({ "formSubmission": { "viewId": "viwOther000000000" } })),
        ("filters/sourceOptions", json!({ "formSubmission": {} })),
        ("filters/sourceOptions", json!({ "formPageSubmission": {} })),
        ("filters/watchDataInFieldIds", json!(["fldOther000000000"])),
        ("filters/watchDataInFieldIds", json!(["Name"])),
        ("filters/watchSchemasOfFieldIds", json!(["fldOther000000000"])),
        ("filters/watchSchemasOfFieldIds", json!("all")),
        ("includes/includeCellValuesInFieldIds", json!(["fldOther000000000"])),
        ("includes/includeCellValuesInFieldIds", json!("some")),
        ("includes/includePreviousCellValues", json!("true")),
        ("includes/includePreviousFieldDefinitions", json!(1)),
    ] {
        let mut given = whole();
        *given.pointer_mut(&format!("/options/{place}")).unwrap() = wrong.clone();
        assert_eq!(parse(&given), Err(ApiError::InvalidRequest), "{place}: {wrong}");
    }
}

#[test]
fn without_filters_there_is_no_specification() {
    for given in [json!({}), json!({ "options": {} }), json!({ "options": { "filters": {} } }), json!(null)] {
        assert_eq!(parse(&given), Err(ApiError::InvalidRequest), "{given}");
    }
    assert_eq!(ApiError::InvalidRequest.status(), 422);
}

#[test]
fn a_view_can_be_the_scope() {
    let mut given = whole();
    given["options"]["filters"]["recordChangeScope"] = json!("viwGrid0000000000");
    assert!(parse(&given).is_ok());
}
