//! `POST /v1/bases/{base}/tables/{table}/records/query`.

use serde_json::{Value, json};

use support::bases::workspace;
use support::seeds;

use super::{Firm, fault, numbers};
use crate::bases::mirror::seed;

fn some(firm: &Firm) {
    firm.bill(&[
        json!({ "Number": "a", "Amount": 3, "Due": "2026-03-01" }),
        json!({ "Number": "b", "Amount": 1 }),
        json!({ "Number": "c", "Due": "2026-04-01" }),
        json!({ "Number": "d", "Amount": 2 }),
    ]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tree_keeps_what_it_says() {
    let firm = Firm::open().await;
    some(&firm);
    let kept = |tree: Value| {
        let path = format!("{}/query", firm.invoices);
        numbers(&firm.send("POST", &path, json!({ "where": tree })).expect(200))
    };
    let amount =
        |operator: &str, value: Value| json!({ "field": "Amount", "operator": operator, "value": value });
    assert_eq!(kept(amount("greater", json!(1))), ["a", "d"]);
    assert_eq!(kept(amount("less", json!(2))), ["b"]);
    assert_eq!(kept(json!({ "not": amount("any_of", json!([1, 3])) })), ["c", "d"]);
    assert_eq!(kept(json!({ "field": "Amount", "operator": "is_empty" })), ["c"]);
    assert_eq!(kept(json!({ "field": "Twice", "operator": "is", "value": 4 })), ["d"]);
    let due = json!({ "field": "Due", "operator": "after", "value": "2026-03-01" });
    assert_eq!(kept(json!({ "or": [due, amount("is", json!(1))] })), ["b", "c"]);
    assert_eq!(kept(json!({ "field": "Number", "operator": "contains", "value": "D" })), ["d"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn records_are_sorted_and_walked_from_page_to_page() {
    let firm = Firm::open().await;
    some(&firm);
    let path = format!("{}/query", firm.invoices);
    let mut body =
        json!({ "formula": "{Amount}", "sort": [{ "field": "Amount", "direction": "desc" }], "limit": 2 });
    let first = firm.send("POST", &path, body.clone()).expect(200);
    body["cursor"] = first.at("/next_cursor");
    let second = firm.send("POST", &path, body).expect(200);
    assert_eq!((numbers(&first), numbers(&second)), (vec!["a".into(), "d".into()], vec!["b".into()]));
    assert_eq!(second.at("/next_cursor"), Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn how_many_a_record_links_to_and_when_it_was_changed_can_be_asked_for() {
    let firm = Firm::open().await;
    let loaded = seeds::load(&firm.api, &seed(), &workspace(&firm.api, &firm.ana));
    let base = loaded["bases"][0]["id"].as_str().expect("an id");
    let records = format!("/v1/bases/{base}/tables/tblEverything0000/records");
    let names = |body: Value| -> Vec<String> {
        let page = firm.send("POST", &format!("{records}/query"), body).expect(200);
        let name = |record: &Value| record["fields"]["Name"].as_str().expect("a name").to_owned();
        page.at("/data").as_array().expect("records").iter().map(name).collect()
    };
    let counted = |value: u64| {
        names(json!({ "where": { "field": "Projects counted", "operator": "is", "value": value } }))
    };
    let changed_last = || {
        let sort = json!([{ "field": "Modified", "direction": "desc" }]);
        names(json!({ "sort": sort, "limit": 1 }))
    };
    // Answered once it can be read, with all that was loaded before it.
    let link_one = |record: &str| {
        let change = json!({ "id": record, "fields": { "Projects": ["recProjRig0000000"] } });
        firm.send("PATCH", &records, json!({ "records": [change] })).expect(200);
    };
    link_one("recBare0000000000");
    assert_eq!(changed_last(), ["Bare"]);
    assert_eq!((counted(2), counted(1)), (vec!["Full".to_owned()], vec!["Bare".into()]));
    assert_eq!(names(json!({ "formula": "{Projects counted} + 0 = 2" })), ["Full"]);
    link_one("recFull0000000000");
    assert_eq!(changed_last(), ["Full"]);
    assert_eq!((counted(2), counted(1)), (vec![], vec!["Full".to_owned(), "Bare".into()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_query_is_pointed_to() {
    let firm = Firm::open().await;
    let refused =
        |body: Value| fault(&firm.send("POST", &format!("{}/query", firm.invoices), body).expect(422));
    let node = json!({ "field": "Colour", "operator": "is", "value": "red" });
    let expected = ("/where/and/0/field".to_owned(), "no_such_field".to_owned());
    assert_eq!(refused(json!({ "where": { "and": [node] } })), expected);
    let both = json!({ "where": { "field": "Amount", "operator": "is_empty" }, "formula": "1" });
    assert_eq!(refused(both).1, "one_of");
    let sorts = vec![json!({ "field": "Amount" }); 21];
    assert_eq!(refused(json!({ "sort": sorts })), ("/sort".into(), "too_many".into()));
    assert_eq!(refused(json!({ "limit": 101 })).0, "/limit");
}
