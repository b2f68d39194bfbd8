//! `DELETE /v1/bases/{base}/tables/{table}/records`.

use serde_json::json;

use super::{Firm, fault};

#[tokio::test(flavor = "multi_thread")]
async fn records_are_deleted_once_however_it_is_retried() {
    let firm = Firm::open().await;
    let ids = firm.bill(&[json!({ "Number": "1" }), json!({ "Number": "2" }), json!({ "Number": "3" })]);
    let path = format!("{}?id={},{}&id={}", firm.invoices, ids[0], ids[1], ids[2]);
    let attempt = || firm.call("DELETE", &path).key("one").send().expect(200);
    let (first, again) = (attempt(), attempt());
    assert_eq!((first.at("/ids"), again.json()), (json!(ids), first.json()));
    assert_eq!(again.header("idempotency-replayed"), Some("true"));
    let position = first.header("airtide-position").expect("a position");
    let left = firm.get(&format!("{}?wait_for={position}", firm.invoices)).expect(200);
    assert_eq!(left.at("/data"), json!([]));
    let other = firm.call("DELETE", &path).key("two").send().expect(422);
    assert_eq!(other.text("/code"), "no_such_record");
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_deleted_where_one_is_not_there() {
    let firm = Firm::open().await;
    let id = firm.bill(&[json!({ "Number": "1" })]).remove(0);
    let delete = |query: &str| firm.call("DELETE", &format!("{}{query}", firm.invoices)).send();
    let gone = delete(&format!("?id={id},rec00000000000000")).expect(422);
    assert_eq!(gone.text("/code"), "no_such_record");
    assert_eq!(fault(&delete("").expect(422)), ("/id".into(), "empty".into()));
    assert_eq!(delete(&format!("?records={id}")).expect(400).text("/code"), "invalid_query");
    assert_eq!(firm.numbers(), ["1"]);
}
