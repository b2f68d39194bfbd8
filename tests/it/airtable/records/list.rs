//! `GET /v0/{base}/{table}` and `POST /v0/{base}/{table}/listRecords`.

use serde_json::{Value, json};
use support::airtable::{Program, kind, refusal};
use support::api::{Answer, TestApi};

/// A program, and in its table of invoices the numbers 1 to 12 with as much as their amounts.
fn with_invoices(api: &TestApi) -> Program<'_> {
    let program = Program::of(api);
    let rows: Vec<Value> =
        (1..=12).map(|number| json!({ "Number": number.to_string(), "Amount": number })).collect();
    rows.chunks(10).for_each(|rows| drop(program.create("Invoices", rows)));
    program
}

fn list(program: &Program<'_>, query: &str) -> Answer {
    program.get(&format!("/{}/Invoices?{query}", program.base))
}

fn amounts(page: &Answer) -> Vec<i64> {
    let records = page.at("/records").as_array().expect("records").clone();
    records.iter().filter_map(|record| record["fields"]["Amount"].as_i64()).collect()
}

/// The pages of a list, one after the other.
fn pages(program: &Program<'_>, query: &str) -> Vec<Vec<i64>> {
    let (mut pages, mut offset) = (Vec::new(), String::new());
    loop {
        let page = list(program, &format!("{query}&offset={offset}")).expect(200);
        pages.push(amounts(&page));
        match page.json().get("offset") {
            Some(next) => offset = next.as_str().expect("a text").to_owned(),
            None => return pages,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_is_read_page_by_page_in_a_lasting_order() {
    let api = TestApi::shared().await;
    let program = with_invoices(&api);
    let all: Vec<i64> = (1..=12).collect();
    assert_eq!(pages(&program, "").concat(), all);
    assert_eq!(pages(&program, "pageSize=5"), [&all[..5], &all[5..10], &all[10..]]);
    assert_eq!(pages(&program, "pageSize=5&maxRecords=10"), [&all[..5], &all[5..10]]);
    assert_eq!(pages(&program, "pageSize=6"), [&all[..6], &all[6..]]);
    let sorted = "pageSize=5&sort[0][field]=Amount&sort[0][direction]=desc";
    assert_eq!(pages(&program, sorted), [vec![12, 11, 10, 9, 8], vec![7, 6, 5, 4, 3], vec![2, 1]]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_formula_lets_through_what_meets_it_and_nothing_else() {
    let api = TestApi::shared().await;
    let program = with_invoices(&api);
    let found = |formula: &str| {
        let formula: String = formula.bytes().map(|byte| format!("%{byte:02X}")).collect();
        list(&program, &format!("filterByFormula={formula}"))
    };
    assert_eq!(amounts(&found("{Amount} > 10").expect(200)), [11, 12]);
    assert_eq!(amounts(&found("Number='7'").expect(200)), [7]);
    assert_eq!(amounts(&found("OR({Twice}=2,{Twice}=8)").expect(200)), [1, 4]);
    assert_eq!(amounts(&found("Amount=100").expect(200)), Vec::<i64>::new());
    assert_eq!(kind(&found("Amount>")), (422, "INVALID_FILTER_BY_FORMULA".into()));
    let (_, _, words) = refusal(&found("{Colour}=1"));
    assert!(words.unwrap().ends_with("Unknown field names: colour"));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_for_in_a_body_is_answered_as_in_an_address() {
    let api = TestApi::shared().await;
    let program = with_invoices(&api);
    let path = format!("/{}/Invoices/listRecords", program.base);
    let body = json!({
        "filterByFormula": "Amount<4", "fields": ["Amount"], "pageSize": 2, "method": "get",
        "sort": [{ "field": "Amount", "direction": "desc" }], "offset": "",
    });
    let by_body = program.send("POST", &path, body).expect(200);
    assert_eq!(by_body.at("/records/0/fields"), json!({ "Amount": 3 }));
    let query =
        "filterByFormula=Amount%3C4&fields[]=Amount&pageSize=2&sort[0][field]=Amount&sort[0][direction]=desc";
    let by_address = list(&program, query).expect(200);
    assert_eq!(by_body.at("/records"), by_address.at("/records"));
    assert!(by_body.text("/offset").starts_with("itr"), "{}", by_body.body);
    // A formula that is too long for any address.
    let long = vec!["{Amount}=3"; 3_000].join(",");
    let found = program.send("POST", &path, json!({ "filterByFormula": format!("OR({long})") })).expect(200);
    assert_eq!(amounts(&found), [3]);
}

#[tokio::test(flavor = "multi_thread")]
async fn fields_and_views_are_asked_for_by_what_they_are_called() {
    let api = TestApi::shared().await;
    let program = with_invoices(&api);
    for fields in [
        "fields[]=Number&fields[]=Amount",
        "fields%5B%5D=Number&fields[1]=Amount",
        "fields=Number&fields=Amount",
    ] {
        let page = list(&program, fields).expect(200);
        assert_eq!(page.at("/records/1/fields"), json!({ "Number": "2", "Amount": 2 }), "{fields}");
    }
    assert_eq!(amounts(&list(&program, "view=Grid%20view&maxRecords=2").expect(200)), [1, 2]);
    assert_eq!(kind(&list(&program, "fields[]=Colour")), (422, "UNKNOWN_FIELD_NAME".into()));
    assert_eq!(kind(&list(&program, "view=Nothing")), (422, "VIEW_NAME_NOT_FOUND".into()));
    assert_eq!(kind(&list(&program, "view=viw00000000000000")), (422, "VIEW_ID_NOT_FOUND".into()));
    assert_eq!(kind(&list(&program, "sort[0][field]=Colour")), (422, "UNKNOWN_FIELD_NAME".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_no_list_can_be_asked_for_is_refused() {
    let api = TestApi::shared().await;
    let program = Program::of(&api);
    for query in ["pageSize=0", "pageSize=101", "pageSize=many", "cellFormat=string", "cellFormat=xml"] {
        assert_eq!(kind(&list(&program, query)), (422, "INVALID_REQUEST_UNKNOWN".into()), "{query}");
    }
    assert_eq!(kind(&list(&program, "offset=nonsense")), (422, "INVALID_OFFSET_VALUE".into()));
    let gone = list(&program, "offset=itr00000000000000/rec00000000000000");
    assert_eq!(kind(&gone), (422, "LIST_RECORDS_ITERATOR_NOT_AVAILABLE".into()));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_made_while_pages_are_walked_is_on_none_of_them() {
    let api = TestApi::shared().await;
    let program = with_invoices(&api);
    let first = list(&program, "pageSize=10").expect(200);
    program.create("Invoices", &[json!({ "Amount": 13 })]);
    let second = list(&program, &format!("pageSize=10&offset={}", first.text("/offset"))).expect(200);
    assert_eq!(amounts(&second), [11, 12]);
    assert_eq!(pages(&program, "pageSize=10")[1], [11, 12, 13]);
}
