//! `GET /v1/bases/{base}/tables/{table}/records`.

use serde_json::{Value, json};

use super::{Firm, numbers};

fn rows(count: usize) -> Vec<Value> {
    (0..count).map(|at| json!({ "Number": at.to_string(), "Amount": at % 3 })).collect()
}

fn walked(firm: &Firm, query: &str) -> Vec<String> {
    let (mut all, mut cursor) = (Vec::new(), String::new());
    loop {
        let page = firm.get(&format!("{}?{query}{cursor}", firm.invoices)).expect(200);
        all.extend(numbers(&page));
        match page.at("/next_cursor").as_str() {
            Some(next) => cursor = format!("&cursor={next}"),
            None => return all,
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn pages_hold_every_record_once_in_the_order_they_were_made_in() {
    let firm = Firm::open().await;
    firm.bill(&rows(7));
    let all: Vec<_> = (0..7).map(|at| at.to_string()).collect();
    assert_eq!(walked(&firm, "limit=3"), all);
    assert_eq!(walked(&firm, "limit=7"), all);
    assert_eq!(firm.get(&format!("{}?limit=101", firm.invoices)).expect(400).text("/code"), "invalid_query");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_formula_keeps_what_it_keeps_on_every_page() {
    let firm = Firm::open().await;
    firm.bill(&rows(9));
    assert_eq!(walked(&firm, "limit=2&formula=%7BAmount%7D%3D2"), ["2", "5", "8"]);
    let bad = firm.get(&format!("{}?formula=%7BAmount", firm.invoices)).expect(422);
    assert_eq!(bad.text("/code"), "bad_formula");
    let view = firm.get(&format!("{}?view=Gone", firm.invoices)).expect(422);
    assert_eq!(view.text("/code"), "no_such_view");
}

#[tokio::test(flavor = "multi_thread")]
async fn only_the_fields_that_are_wanted_are_answered_by_name_or_id() {
    let firm = Firm::open().await;
    firm.bill(&rows(1));
    let page = |query: &str| firm.get(&format!("{}?{query}", firm.invoices));
    let of_first = |query: &str| page(query).expect(200).at("/data/0/fields");
    assert_eq!(of_first("fields=Number,Amount"), json!({ "Number": "0", "Amount": 0 }));
    let by_id = of_first("fields=Number&by_field_id=true");
    let ids: Vec<_> = by_id.as_object().expect("fields").keys().collect();
    assert!(ids.len() == 1 && ids[0].starts_with("fld"), "{by_id}");
    assert_eq!(of_first(&format!("fields={}", ids[0])), json!({ "Number": "0" }));
    assert_eq!(page("fields=Colour").expect(422).text("/code"), "no_such_field");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cursor_of_another_list_is_refused() {
    let firm = Firm::open().await;
    firm.bill(&rows(3));
    let cursor = firm.get(&format!("{}?limit=1", firm.invoices)).expect(200).text("/next_cursor");
    let elsewhere = firm.get(&format!("{}?cursor={cursor}", firm.clients)).expect(409);
    assert_eq!(elsewhere.text("/code"), "cursor_gone");
    firm.get(&format!("{}?cursor=nothing", firm.invoices)).expect(400);
}
