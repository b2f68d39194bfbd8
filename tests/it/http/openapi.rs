//! The document of the API says all of it, and the page that shows it needs nothing from elsewhere.

use std::collections::BTreeSet;

use serde_json::Value;
use support::api::TestApi;

fn document() -> Value {
    serde_json::to_value(api::openapi()).expect("the document is JSON")
}

#[test]
fn the_document_is_as_it_was() {
    let mut document = document();
    document["info"]["version"] = "any".into();
    insta::assert_json_snapshot!("openapi", document);
}

#[test]
fn every_operation_says_who_may_use_it_and_has_a_name_of_its_own() {
    let document = document();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        for (method, operation) in item.as_object().expect("operations") {
            let place = format!("{method} {path}");
            let permission =
                operation["x-permission"].as_str().unwrap_or_else(|| panic!("{place}: no permission"));
            let has_security = operation["security"].as_array().is_some_and(|security| !security.is_empty());
            assert_eq!(has_security, permission != "anyone", "{place}");
            let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{place}: no name"));
            assert!(names.insert(name.to_owned()), "{place}: {name} is there twice");
            assert!(operation["summary"].is_string(), "{place}: no summary");
            assert!(operation["responses"]["default"].is_object(), "{place}");
        }
    }
}

#[test]
fn the_document_names_nothing_that_it_does_not_explain() {
    let document = document();
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().expect("a pointer");
        assert!(document.pointer(pointer).is_some(), "{pointer} is not there");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn document_and_page_are_served_and_load_nothing_from_elsewhere() {
    let api = TestApi::shared().await;
    let served = api.get("/openapi.json").send().expect(200);
    assert_eq!(served.header("content-type"), Some("application/json"));
    assert_eq!(served.at("/openapi"), "3.1.0");
    assert_eq!(served.at("/paths"), document()["paths"]);

    let page = api.get("/docs").send().expect(200);
    let policy = page.header("content-security-policy").expect("a policy");
    assert!(policy.contains("script-src 'self'") && !policy.contains("unsafe"), "{policy}");
    for line in page.body.lines() {
        assert!(!line.contains("://") && !line.contains(" style=") && !line.contains(" onclick="), "{line}");
        assert!(!line.contains("<script") || line.contains(" src=\"/docs/"), "{line}");
    }
    for (path, content_type) in
        [("/docs/reference.js", "text/javascript"), ("/docs/reference.css", "text/css")]
    {
        let asset = api.get(path).send().expect(200);
        assert!(asset.header("content-type").unwrap().starts_with(content_type));
        assert!(!asset.body.contains("http://") && !asset.body.contains("https://"), "{path}");
        assert!(!asset.body.contains("innerHTML"), "{path}");
    }
}
