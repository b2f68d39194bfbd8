use super::*;

impl Office {
    fn upsert(&mut self, on: &[&str], rows: &[(Option<RecordId>, Value)]) -> Result<Done, ApiError> {
        let rows: Vec<_> =
            rows.iter().map(|(id, fields)| (id.map(|id| id.to_string()), fields_of(fields))).collect();
        let planned = self.tables.plan_upsert(self.batch(INVOICES), Verb::Patch, on, &rows);
        self.carry_out(planned)
    }
}

#[test]
fn no_match_makes_a_record_and_one_is_updated() {
    let mut office = Office::new();
    let first = office.create(INVOICES, json!([{ "Number": "1", "Amount": 1 }])).unwrap()[0];
    let rows = [(None, json!({ "Number": "1", "Amount": 2 })), (None, json!({ "Number": "2" }))];
    let done = office.upsert(&["Number"], &rows).unwrap();
    assert_eq!((done.updated, done.created.len()), (vec![first], 1));
    assert_eq!(done.records, [first, done.created[0]]);
    assert_eq!(office.fields(INVOICES, first)["Amount"], 2);
}

#[test]
fn two_matches_refuse_the_batch_and_blanks_match_nothing() {
    let mut office = Office::new();
    office.create(INVOICES, json!([{ "Amount": 7 }, { "Amount": 7 }])).unwrap();
    let before = office.tables.clone();
    let rows = [(None, json!({ "Number": "new", "Amount": 3 })), (None, json!({ "Amount": 7 }))];
    assert_eq!(office.upsert(&["Amount"], &rows), Err(ApiError::MergeMatchesMany));
    assert_eq!(office.tables, before);
    let done =
        office.upsert(&["Number", "Amount"], &[(None, json!({ "Number": null, "Amount": 7 }))]).unwrap();
    assert_eq!(done.created.len(), 1);
}

#[test]
fn a_row_with_an_id_is_that_record_whatever_it_holds() {
    let mut office = Office::new();
    let made = office.create(INVOICES, json!([{ "Number": "1" }, { "Number": "2" }])).unwrap();
    let done = office.upsert(&["Number"], &[(Some(made[1]), json!({ "Number": "1" }))]).unwrap();
    assert_eq!(done.updated, [made[1]]);
    let gone = office.batch(INVOICES).mint.make();
    assert!(office.upsert(&["Number"], &[(Some(gone), json!({}))]).is_err());
}

#[test]
fn records_are_found_by_one_to_three_fields_that_are_not_computed() {
    let mut office = Office::new();
    for on in [&[] as &[&str], &["Number", "Amount", "Share", "Stars"]] {
        assert_eq!(office.upsert(on, &[]), Err(ApiError::InvalidRequest));
    }
    for computed in ["Serial", "Made", "Client", "Twice", "Word", "Payer"] {
        let refused = Err(ApiError::MergeFieldUnusable { field: computed.into() });
        assert_eq!(office.upsert(&[computed], &[]), refused);
    }
}
