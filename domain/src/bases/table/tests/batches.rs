use super::*;

#[test]
fn records_come_back_as_they_were_written_in_the_order_they_were_made() {
    let mut office = Office::new();
    let made = office
        .create(CLIENTS, json!([{ "Name": "Acme", "fldMail0000000000": "a@b" }, { "NAME": "Beta" }]))
        .unwrap();
    assert_eq!(
        office.fields(CLIENTS, made[0]),
        json!({ "Name": "Acme", "Mail": "a@b" , "How many": 0, "Total": 0, "Label": "Acme (0)" })
    );
    let order: Vec<_> = office.tables.records(office.table(CLIENTS)).map(|record| record.id).collect();
    assert_eq!(order, made);
}

#[test]
fn patch_keeps_what_is_not_named_and_put_clears_it() {
    let mut office = Office::new();
    let invoice = office.create(INVOICES, json!([{ "Number": "1", "Amount": 3, "Paid": true }])).unwrap()[0];
    office.patch(INVOICES, invoice, json!({ "Amount": 4, "Paid": false })).unwrap();
    let fields = office.fields(INVOICES, invoice);
    assert_eq!((&fields["Number"], &fields["Amount"], fields.get("Paid")), (&json!("1"), &json!(4), None));
    office.update(INVOICES, Verb::Put, &[(invoice, json!({ "Amount": 5 }))]).unwrap();
    let fields = office.fields(INVOICES, invoice);
    assert_eq!((fields.get("Number"), &fields["Amount"], &fields["Serial"]), (None, &json!(5), &json!(1)));
}

#[test]
fn what_a_cell_holds_already_is_no_change() {
    let mut office = Office::new();
    let client = office.create(CLIENTS, json!([{ "Name": "Acme" }])).unwrap()[0];
    let done =
        office.patch(CLIENTS, client, json!({ "Name": "Acme", "Invoices": null, "Mail": "" })).unwrap();
    assert_eq!(done.edit.changes, []);
    assert_eq!(done.updated, [client]);
}

#[test]
fn one_wrong_row_refuses_the_whole_batch() {
    let mut office = Office::new();
    let before = office.tables.clone();
    let refused = office.create(CLIENTS, json!([{ "Name": "Acme" }, { "Nope": 1 }]));
    assert_eq!(refused, Err(ApiError::UnknownFieldName("Nope".into())));
    let refused = office.create(CLIENTS, json!([{ "Name": "Acme" }, { "Mail": 1 }]));
    assert_eq!(refused, Err(ApiError::InvalidValue { field: "Mail".into() }));
    assert_eq!(office.tables, before);
}

#[test]
fn more_than_ten_records_are_too_many() {
    let mut office = Office::new();
    let refused = office.create(CLIENTS, Value::Array(vec![json!({}); 100])).unwrap_err();
    assert_eq!(
        refused.message().unwrap(),
        "A maximum of 10 records can be created per request but you have provided 100."
    );
    let ids: Vec<RecordId> = (0..11).map(|_| office.batch(CLIENTS).mint.make()).collect();
    assert_eq!(office.delete(CLIENTS, &ids), Err(ApiError::TooManyDeletes));
}

#[test]
fn a_record_that_is_not_there_is_named() {
    let mut office = Office::new();
    let client = office.create(CLIENTS, json!([{}])).unwrap()[0];
    let refused = Err(ApiError::RecordDoesNotExist { id: client.to_string() });
    assert_eq!(office.patch(INVOICES, client, json!({})), refused, "in another table");
    office.delete(CLIENTS, &[client]).unwrap();
    assert_eq!(office.patch(CLIENTS, client, json!({})), refused);
    assert_eq!(office.delete(CLIENTS, &[client]), refused);
    let read = office.tables.record_called(office.table(CLIENTS), client.as_str());
    assert_eq!(read, Err(ApiError::RecordNotFound));
}

#[test]
fn a_record_named_twice_is_refused() {
    let mut office = Office::new();
    let client = office.create(CLIENTS, json!([{}])).unwrap()[0];
    let rows = [(client, json!({ "Name": "a" })), (client, json!({ "Name": "b" }))];
    assert_eq!(office.update(CLIENTS, Verb::Patch, &rows), Err(ApiError::RecordNamedTwice));
}

#[test]
fn a_link_of_another_table_is_told_from_one_that_is_not_there() {
    let mut office = Office::new();
    let client = office.create(CLIENTS, json!([{}])).unwrap()[0];
    let refused = office.patch(CLIENTS, client, json!({ "Invoices": [client] }));
    assert_eq!(refused, Err(ApiError::RecordOfAnotherTable { id: client }));
}

#[test]
fn a_link_is_one_change_and_shows_on_both_sides() {
    let mut office = Office::new();
    let client = office.create(CLIENTS, json!([{ "Name": "Acme" }])).unwrap()[0];
    let old = office.create(INVOICES, json!([{ "Number": "1", "Client": [client] }])).unwrap()[0];
    let rows = json!([{ "Number": "2", "Client": [client], "Amount": 7 }]);
    let planned = office.tables.plan_create(office.batch(INVOICES), &[fields_of(&rows[0])]);
    let done = office.carry_out(planned).unwrap();
    let links = done.edit.changes.iter().filter(|change| matches!(change, Change::Linked { .. }));
    assert_eq!(links.count(), 1);
    let fields = office.fields(CLIENTS, client);
    assert_eq!(fields["Invoices"], json!([old, done.records[0]]));
    assert_eq!((&fields["How many"], &fields["Amounts"]), (&json!(2), &json!([7])));
    office.delete(INVOICES, &[old]).unwrap();
    assert_eq!(office.fields(CLIENTS, client)["Invoices"], json!([done.records[0]]));
}

#[test]
fn typecast_makes_choices_and_records_once() {
    let mut office = Office::new();
    office.typecast = true;
    let rows = json!([{ "Name": "Acme", "Status": "Late" }, { "Name": "Beta", "Status": "Late" }]);
    let acme = office.create(CLIENTS, rows).unwrap()[0];
    let choices = office.tables.base().tables[0].field_called("Status").unwrap().choices().unwrap();
    assert_eq!(choices.choices.iter().filter(|choice| choice.name == "Late").count(), 1);
    let rows = json!([{ "Client": "Acme, Gamma" }, { "Client": ["Gamma"] }]);
    let made = office.create(INVOICES, rows).unwrap();
    let linked = office.fields(INVOICES, made[0])["Client"].clone();
    assert_eq!(linked[0], json!(acme));
    assert_eq!(linked[1], office.fields(INVOICES, made[1])["Client"][0]);
    let gamma = RecordId::parse(linked[1].as_str().unwrap()).unwrap();
    assert_eq!(office.fields(CLIENTS, gamma)["Name"], "Gamma");
    assert_eq!(office.fields(CLIENTS, gamma)["Invoices"], json!(made));
}

#[test]
fn a_field_gets_choices_by_writing_up_to_a_bound() {
    let mut office = Office::new();
    office.typecast = true;
    let known = choices(&office);
    let names = |count: usize| (0..count).map(|number| format!("tag {number}")).collect::<Vec<_>>();
    let too_many = json!([{ "Name": "Acme", "Tags": names(CHOICES_MAX - known + 1) }]);
    assert!(matches!(office.create(CLIENTS, too_many), Err(ApiError::UnknownChoice { .. })));
    assert_eq!(choices(&office), known);
    // Said twice, they are made once.
    let twice = [names(CHOICES_MAX - known), names(CHOICES_MAX - known)].concat();
    let client = office.create(CLIENTS, json!([{ "Name": "Acme", "Tags": twice }])).unwrap()[0];
    assert_eq!(choices(&office), CHOICES_MAX);
    assert_eq!(office.fields(CLIENTS, client)["Tags"], json!(names(CHOICES_MAX - known)));
}

fn choices(office: &Office) -> usize {
    let table = office.tables.base().table_called(CLIENTS).unwrap();
    table.field_called("Tags").unwrap().choices().unwrap().choices.len()
}
