use super::*;

#[test]
fn a_record_is_said_with_its_time_and_by_names_or_ids() {
    let mut office = Office::new();
    let invoice = office.create(INVOICES, json!([{ "Number": "1" }])).unwrap()[0];
    let table = office.table(INVOICES);
    let record = office.tables.record(table, invoice).unwrap();
    let reading = office.read();
    let only = |keys, fields: &[&str]| {
        let saying = Saying::all(&reading, table, keys).unwrap();
        saying.only(office.tables.base().table(table).unwrap(), fields).map(|saying| saying.record(record))
    };
    assert_eq!(
        only(Keys::Ids, &["number", "Made"]).unwrap(),
        json!({ "id": invoice, "createdTime": "2023-11-14T22:13:20.000Z", "fields": {
            "fldNumber00000000": "1", "fldMade0000000000": "2023-11-14T22:13:20.000Z" } })
    );
    assert_eq!(only(Keys::Names, &["Paid"]).unwrap()["fields"], json!({}), "all of them are empty");
    assert_eq!(only(Keys::Names, &["Nope"]).unwrap_err(), ApiError::UnknownFieldName("Nope".into()));
}

#[test]
fn webhooks_say_cells_by_id_with_names_beside() {
    let mut office = Office::new();
    let invoice = office.create(INVOICES, json!([{ "Number": "7", "Amount": 3 }])).unwrap()[0];
    let row = json!({ "Name": "Acme", "Status": "Done", "Invoices": [invoice] });
    let client = office.create(CLIENTS, json!([row])).unwrap()[0];
    let table = office.table(CLIENTS);
    let reading = office.read();
    let saying = Saying::all(&reading, table, Keys::Names).unwrap().for_webhooks();
    let cells = saying.cells(office.tables.record(table, client).unwrap());
    assert_eq!(
        Value::Object(cells),
        json!({
            "fldName0000000000": "Acme",
            "fldStatus00000000": { "id": "selDone0000000000", "name": "Done" },
            "fldInvoices000000": [{ "id": invoice, "name": "7" }],
            "fldCount000000000": 1,
            "fldAmounts0000000": {
                "valuesByLinkedRecordId": { invoice.as_str(): [3] }, "linkedRecordIds": [invoice] },
            "fldTotal000000000": 3,
            "fldLabel000000000": "Acme (3)",
        })
    );
}

#[test]
fn the_last_change_is_an_edit_after_the_making() {
    let mut office = Office::new();
    let invoice = office.create(INVOICES, json!([{ "Number": "1" }])).unwrap()[0];
    assert_eq!(office.fields(INVOICES, invoice).get("Changed"), None);
    office.patch(INVOICES, invoice, json!({ "Number": "2" })).unwrap();
    assert_eq!(office.fields(INVOICES, invoice)["Changed"], "2023-11-14T22:13:21.000Z");
}

#[test]
fn every_change_counts_where_no_fields_are_named() {
    for (named, counts) in
        [(json!([]), true), (json!(["fldNumber00000000"]), true), (json!(["fldPaid0000000000"]), false)]
    {
        let mut base = json!(samples::base());
        let fields = base["tables"][1]["fields"].as_array_mut().unwrap();
        let changed = fields.iter_mut().find(|field| field["name"] == "Changed").unwrap();
        changed["options"]["referencedFieldIds"] = named.clone();
        let mut office = Office::new();
        office.tables = Tables::new(serde_json::from_value(base).unwrap(), Vec::new());
        let invoice = office.create(INVOICES, json!([{ "Number": "1" }])).unwrap()[0];
        office.patch(INVOICES, invoice, json!({ "Number": "2" })).unwrap();
        assert_eq!(office.fields(INVOICES, invoice).get("Changed").is_some(), counts, "{named}");
    }
}

/// The names of clients in order.
fn sorted(office: &Office, by: &[(&str, Direction)]) -> Vec<String> {
    let id = office.table(CLIENTS);
    let table = office.tables.base().table(id).unwrap();
    let by: Vec<_> = by.iter().map(|(name, way)| (table.field_called(name).unwrap(), *way)).collect();
    let records = sort(&office.read(), office.tables.records(id).collect(), &by);
    records.into_iter().map(|record| office.read().name_of(id, record)).collect()
}

#[test]
fn records_are_sorted_by_choice_and_blanks_come_first() {
    let mut office = Office::new();
    let rows = json!([
        { "Name": "a", "Status": "Done" }, { "Name": "b" }, { "Name": "c", "Status": "Busy, very" },
        { "Name": "D", "Status": "Open" }, { "Name": "e", "Status": "Done" },
    ]);
    office.create(CLIENTS, rows).unwrap();
    use Direction::{Ascending, Descending};
    assert_eq!(sorted(&office, &[("Status", Ascending)]), ["b", "D", "c", "a", "e"]);
    assert_eq!(sorted(&office, &[("Status", Descending), ("Name", Descending)]), ["e", "a", "c", "D", "b"]);
    assert_eq!(sorted(&office, &[("Name", Ascending)]), ["a", "b", "c", "D", "e"]);
    assert_eq!(sorted(&office, &[]), ["a", "b", "c", "D", "e"]);
}

#[test]
fn links_are_sorted_by_what_they_are_called() {
    let mut office = Office::new();
    let invoices = office.create(INVOICES, json!([{ "Number": "2" }, { "Number": "1" }])).unwrap();
    let rows =
        json!([{ "Name": "two", "Invoices": [invoices[0]] }, { "Name": "one", "Invoices": [invoices[1]] }]);
    office.create(CLIENTS, rows).unwrap();
    assert_eq!(sorted(&office, &[("Invoices", Direction::Ascending)]), ["one", "two"]);
}

#[test]
fn a_record_is_said_in_texts() {
    let mut office = Office::new();
    let row = json!({ "Number": "1", "Amount": 1234.5, "Paid": true, "Due": "2024-07-01T22:05:00.000Z" });
    let invoice = office.create(INVOICES, json!([row])).unwrap()[0];
    let (table, reading) = (office.table(INVOICES), office.read());
    let saying = Saying::all(&reading, table, Keys::Names).unwrap();
    let place = crate::bases::cells::place(Some("utc"), Some("en")).unwrap();
    let said = saying.as_text(place).record(office.tables.record(table, invoice).unwrap());
    assert_eq!(
        said["fields"],
        json!({ "Number": "1", "Amount": "€1,234.50", "Paid": "checked", "Due": "2024-07-02 00:05",
            "Twice": "2469.00", "Word": "paid", "Made": "2023-11-14T22:13:20.000Z", "Serial": "1" })
    );
}
