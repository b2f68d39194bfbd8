//! `GET /v1/bases/{base}/tables/{table}/records/{record}`.

use serde_json::json;
use support::airtable::key;

use super::Firm;

#[tokio::test(flavor = "multi_thread")]
async fn a_record_is_shown_and_one_that_is_elsewhere_is_not_there() {
    let firm = Firm::open().await;
    let id = firm.bill(&[json!({ "Number": "1" })]).remove(0);
    let shown = firm.get(&format!("{}/{id}", firm.invoices)).expect(200);
    assert_eq!((shown.text("/id"), shown.text("/fields/Number")), (id.clone(), "1".into()));
    for path in [format!("{}/{id}", firm.clients), format!("{}/rec00000000000000", firm.invoices)] {
        assert_eq!(firm.get(&path).expect(404).text("/code"), "not_found");
    }
    let stranger = firm.api.person();
    firm.api.get(&format!("{}/{id}", firm.invoices)).by(&stranger).send().expect(404);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_key_that_names_tables_reads_and_writes_their_records_alone() {
    let firm = Firm::open().await;
    let parts: Vec<_> = firm.clients.split('/').collect();
    let base = parts[..4].join("/");
    let airtable_id = firm.get(&base).expect(200).text("/airtable_id");
    let limited = json!({ "scopes": ["bases:read", "bases:write"], "bases": { airtable_id: [parts[5]] } });
    let key = key(&firm.api, &firm.ana, limited);
    let body = json!({ "records": [{ "fields": {} }] });
    let status = |path: &str| {
        let listed = firm.api.get(path).bearer(&key).send().status;
        (listed, firm.api.post(path, body.clone()).bearer(&key).send().status)
    };
    assert_eq!((status(&firm.clients), status(&firm.invoices)), ((200, 201), (404, 404)));
}
