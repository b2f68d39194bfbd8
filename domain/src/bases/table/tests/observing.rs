use super::*;
use crate::bases::cells::Unreadable;

impl Office {
    fn observe(&mut self, table: &str, id: RecordId, field: &str, said: Value) -> Result<bool, Unreadable> {
        let stamp = self.batch(table).stamp();
        let table = self.table(table);
        let field = self.tables.base().table(table).unwrap().field_called(field).unwrap();
        let change = self.tables.observed(table, id, field, &said)?;
        let news = change.is_some();
        self.tables.apply(&Edit { stamp, changes: change.into_iter().collect() });
        Ok(news)
    }
}

#[test]
fn an_echo_is_no_news_in_either_shape() {
    let mut office = Office::new();
    let row =
        json!({ "Name": "Acme", "Notes": "text", "Status": "Open", "Owner": { "email": "ana@example.org" } });
    let client = office.create(CLIENTS, json!([row])).unwrap()[0];
    let open = json!({ "id": "selOpen0000000000", "name": "Open", "color": "blueLight2" });
    for (field, said) in [
        ("Name", json!("Acme")),
        ("Notes", json!("text\n")),
        ("Status", json!("Open")),
        ("Status", open),
        ("Owner", json!({ "id": "usrAna00000000000", "permissionLevel": "create" })),
        ("Mail", json!(null)),
        ("How many", json!(7)),
    ] {
        assert_eq!(office.observe(CLIENTS, client, field, said), Ok(false), "{field}");
    }
    assert_eq!(office.observe(CLIENTS, client, "Status", json!(null)), Ok(true));
    assert_eq!(office.observe(CLIENTS, client, "Status", json!("New")), Err(Unreadable));
}

#[test]
fn a_link_is_news_on_the_side_that_is_told_first() {
    let mut office = Office::new();
    let client = office.create(CLIENTS, json!([{}])).unwrap()[0];
    let invoice = office.create(INVOICES, json!([{}])).unwrap()[0];
    assert_eq!(office.observe(INVOICES, invoice, "Client", json!([{ "id": client, "name": "" }])), Ok(true));
    assert_eq!(office.observe(CLIENTS, client, "Invoices", json!([invoice])), Ok(false));
    assert_eq!(office.observe(CLIENTS, client, "Invoices", json!(null)), Ok(true));
    assert_eq!(office.observe(INVOICES, invoice, "Client", json!([])), Ok(false));
}

#[test]
fn what_airtable_works_out_is_taken_over_and_no_edit() {
    let mut office = Office::new();
    let client = office.create(CLIENTS, json!([{ "Name": "Acme" }])).unwrap()[0];
    assert_eq!(office.observe(CLIENTS, client, "Told", json!(4.001)), Ok(true));
    assert_eq!(office.observe(CLIENTS, client, "Told", json!(4)), Ok(false));
    assert_eq!(office.fields(CLIENTS, client)["Told"], 4.001, "no formula is known for it");
    office.update(CLIENTS, Verb::Put, &[(client, json!({}))]).unwrap();
    assert_eq!(office.fields(CLIENTS, client)["Told"], 4.001, "what is computed stays");
    assert_eq!(office.observe(CLIENTS, client, "Told", json!({ "specialValue": "NaN" })), Ok(true));
}

#[test]
fn what_can_be_worked_out_here_is_shown_so_whatever_was_told() {
    let mut office = Office::new();
    let invoice = office.create(INVOICES, json!([{ "Amount": 2 }])).unwrap()[0];
    assert_eq!(office.observe(INVOICES, invoice, "Twice", json!(5)), Ok(true));
    let fields = office.fields(INVOICES, invoice);
    assert_eq!((fields["Twice"].as_f64(), fields.get("Changed")), (Some(4.0), None));
}
