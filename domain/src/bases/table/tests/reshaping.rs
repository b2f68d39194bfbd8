//! What becomes of records when tables and fields go or get another type.

use super::*;
use crate::bases::schema::SchemaChange;

type Planned = Result<Vec<SchemaChange>, ApiError>;

impl Office {
    /// Carries out what was planned, stored in between, and checks that the base is sound after it.
    fn reshape(&mut self, planned: Planned) -> Result<(), ApiError> {
        let stored = serde_json::to_string(&planned?).unwrap();
        self.tables.apply_schema(&serde_json::from_str::<Vec<SchemaChange>>(&stored).unwrap());
        self.tables.base().validate()
    }

    fn delete_field(&mut self, table: &str, field: &str) -> Result<(), ApiError> {
        let planned = self.tables.base().plan_field_deletion(self.table(table), field);
        self.reshape(planned)
    }

    fn retype(&mut self, table: &str, field: &str, kind: Value) -> Result<(), ApiError> {
        let draft = serde_json::from_value(kind).unwrap();
        let mut mint = Mint::new(Uuid::from_u128(77));
        let planned = self.tables.plan_retyping(self.table(table), field, draft, &mut mint);
        self.reshape(planned)
    }
}

fn error() -> Value {
    json!({ "error": "#ERROR!" })
}

/// A client with one invoice.
fn pair() -> (Office, RecordId, RecordId) {
    let mut office = Office::new();
    let row = json!({ "Number": "A1", "Amount": 10, "Due": "2024-07-01T22:05:00.000Z", "Spent": 5400 });
    let invoice = office.create(INVOICES, json!([row])).unwrap()[0];
    let row = json!({ "Name": "Acme", "Status": "Open", "Tags": ["Open", "Busy, very"],
        "Invoices": [invoice], "Owner": { "email": "ana@example.org" }, "Since": "2024-01-31" });
    let client = office.create(CLIENTS, json!([row])).unwrap()[0];
    (office, client, invoice)
}

#[test]
fn a_field_goes_with_its_cells_and_what_hung_on_it_is_an_error() {
    let (mut office, client, invoice) = pair();
    office.delete_field(INVOICES, "Amount").unwrap();
    let fields = office.fields(INVOICES, invoice);
    assert_eq!((fields.get("Amount"), &fields["Twice"], &fields["Word"]), (None, &error(), &error()));
    let fields = office.fields(CLIENTS, client);
    assert_eq!((&fields["Amounts"], &fields["Total"], &fields["Label"]), (&error(), &error(), &error()));
    assert_eq!(fields["How many"], 1);
    let twice = office.tables.base().tables[1].field_called("Twice").unwrap().said();
    assert_eq!((&twice["options"]["isValid"], &twice["options"]["result"]), (&json!(false), &Value::Null));
    assert_eq!(twice["options"]["formula"], "{fldAmount00000000}*2", "its text stays");
    office.add_field(INVOICES, json!({ "name": "Amount", "type": "email" })).unwrap();
    assert_eq!(office.fields(INVOICES, invoice)["Twice"], error(), "another of that name is another field");
}

#[test]
fn what_was_told_of_a_field_is_forgotten_when_it_breaks() {
    let (mut office, client, _) = pair();
    let stamp = office.batch(CLIENTS).stamp();
    let (table, told) = (office.table(CLIENTS), office.tables.base().tables[0].field_called("Told").unwrap());
    let change = office.tables.observed(table, client, told, &json!(5)).unwrap().unwrap();
    office.tables.apply(&Edit { stamp, changes: vec![change] });
    assert_eq!(office.fields(CLIENTS, client)["Told"], 5);
    office.delete_field(INVOICES, "Amount").unwrap();
    assert_eq!(office.fields(CLIENTS, client)["Told"], error());
}

#[test]
fn a_link_takes_its_inverse_along() {
    let (mut office, client, invoice) = pair();
    office.delete_field(INVOICES, "Client").unwrap();
    let base = office.tables.base();
    assert!(base.tables[0].field_called("Invoices").is_err());
    let fields = office.fields(CLIENTS, client);
    assert_eq!((&fields["How many"], &fields["Total"]), (&error(), &error()));
    assert_eq!(office.fields(INVOICES, invoice)["Payer"], error());
}

/// Airtable may tell of one side alone.
#[test]
fn an_inverse_that_is_left_behind_links_one_way() {
    let (mut office, client, invoice) = pair();
    for (table, field, left) in [(CLIENTS, "Invoices", "Client"), (INVOICES, "Client", "Invoices")] {
        let mut office = office.clone();
        let (table, field) = (
            office.table(table),
            office.tables.base().table_called(table).unwrap().field_called(field).unwrap().id,
        );
        office.reshape(Ok(vec![SchemaChange::FieldDeleted { table, field }])).unwrap();
        let (table, record, linked) =
            if left == "Client" { (INVOICES, invoice, client) } else { (CLIENTS, client, invoice) };
        assert_eq!(office.fields(table, record)[left], json!([linked]));
        office.patch(table, record, json!({ left: [] })).unwrap();
        assert_eq!(office.fields(table, record).get(left), None);
    }
    office.delete(CLIENTS, &[client]).unwrap();
}

#[test]
fn a_table_goes_with_its_records_and_the_links_to_them() {
    let (mut office, client, invoice) = pair();
    let planned = office.tables.base().plan_table_deletion("invoices");
    office.reshape(planned).unwrap();
    assert_eq!(office.tables.table_of(invoice), None);
    let fields = office.fields(CLIENTS, client);
    assert_eq!((fields.get("Invoices"), &fields["Amounts"]), (None, &error()));
    let last = office.tables.base().plan_table_deletion("Clients");
    assert_eq!(last, Err(ApiError::InvalidRequest), "the last table stays");
}

#[test]
fn what_may_not_go_stays() {
    let (mut office, client, _) = pair();
    let before = office.tables.clone();
    assert_eq!(office.delete_field(CLIENTS, "Name"), Err(ApiError::InvalidRequest));
    assert!(office.retype(CLIENTS, "Name", json!({ "type": "multipleAttachments" })).is_err());
    let link = json!({ "type": "multipleRecordLinks", "options": { "linkedTableId": "tblClients0000000" } });
    assert!(office.retype(CLIENTS, "Invoices", link).is_err(), "where a link leads stays");
    assert!(office.retype(CLIENTS, "Mail", json!({ "type": "hologram" })).is_err());
    assert!(office.tables == before && office.fields(CLIENTS, client)["Name"] == "Acme");
}

#[test]
fn cells_are_read_again_through_their_text() {
    let (office, client, invoice) = pair();
    let number = |places: u8| json!({ "type": "number", "options": { "precision": places } });
    let select = |kind: &str, names: &[&str]| {
        let choices: Vec<_> = names.iter().map(|name| json!({ "name": name })).collect();
        json!({ "type": kind, "options": { "choices": choices } })
    };
    let text = json!({ "type": "singleLineText" });
    for (table, id, field, kind, expected) in [
        (INVOICES, invoice, "Amount", text.clone(), json!("€10.00")),
        (INVOICES, invoice, "Amount", number(0), json!(10)),
        (INVOICES, invoice, "Amount", json!({ "type": "email" }), json!("€10.00")),
        (INVOICES, invoice, "Spent", text.clone(), json!("1:30")),
        (INVOICES, invoice, "Spent", number(0), json!(5400)),
        (INVOICES, invoice, "Due", text.clone(), json!("2024-07-02 00:05")),
        (INVOICES, invoice, "Number", number(0), json!(1)),
        (INVOICES, invoice, "Number", json!({ "type": "richText" }), json!("A1")),
        (INVOICES, invoice, "Twice", number(2), json!(20)),
        (INVOICES, invoice, "Payer", text.clone(), json!("Acme (10)")),
        (INVOICES, invoice, "Client", text.clone(), json!("Acme")),
        (CLIENTS, client, "Status", text.clone(), json!("Open")),
        (CLIENTS, client, "Status", select("multipleSelects", &[]), json!(["Open"])),
        (CLIENTS, client, "Tags", select("singleSelect", &[]), json!("Open")),
        (CLIENTS, client, "Tags", select("multipleSelects", &["Busy, very", "New"]), json!(["Busy, very"])),
        (CLIENTS, client, "Tags", text.clone(), json!("Open, Busy, very")),
        (CLIENTS, client, "Owner", text, json!("Ana")),
        (
            CLIENTS,
            client,
            "Owner",
            json!({ "type": "multipleCollaborators" }),
            json!([{ "id": "usrAna00000000000", "email": "ana@example.org", "name": "Ana" }]),
        ),
        (CLIENTS, client, "Owner", number(0), json!(null)),
        (
            CLIENTS,
            client,
            "Since",
            json!({ "type": "dateTime", "options": { "dateFormat": { "name": "iso" },
            "timeFormat": { "name": "24hour" }, "timeZone": "utc" } }),
            json!("2024-01-31T00:00:00.000Z"),
        ),
        (CLIENTS, client, "Name", select("singleSelect", &[]), json!(null)),
        (
            CLIENTS,
            client,
            "Mail",
            json!({ "type": "formula", "options": { "formula": "{Name} & '!'" } }),
            json!("Acme!"),
        ),
    ] {
        let mut office = office.clone();
        let planned = office.retype(table, field, kind.clone());
        if field == "Name" {
            assert_eq!(planned, Err(ApiError::InvalidRequest), "no select is a name");
            continue;
        }
        planned.unwrap();
        let found = office.fields(table, id).get(field).cloned().unwrap_or_default();
        assert_eq!(found, expected, "{field} {kind}");
    }
}

#[test]
fn a_text_becomes_choices_or_links_by_its_names() {
    let (mut office, client, _) = pair();
    office.patch(CLIENTS, client, json!({ "Notes": "red, blue", "Mail": "A1, Nobody" })).unwrap();
    let mut several = office.clone();
    several.retype(CLIENTS, "Notes", json!({ "type": "multipleSelects", "options": {} })).unwrap();
    assert_eq!(several.fields(CLIENTS, client)["Notes"], json!(["red", "blue"]));
    office.retype(CLIENTS, "Notes", json!({ "type": "singleSelect", "options": {} })).unwrap();
    assert_eq!(office.fields(CLIENTS, client)["Notes"], "red, blue");
    office.patch(CLIENTS, client, json!({ "Mail": "A1" })).unwrap();
    let link = json!({ "type": "multipleRecordLinks", "options": { "linkedTableId": "tblInvoices000000" } });
    office.retype(CLIENTS, "Mail", link).unwrap();
    let linked = office.fields(CLIENTS, client)["Mail"].clone();
    assert_eq!(linked, office.fields(CLIENTS, client)["Invoices"]);
    let invoice = RecordId::parse(linked[0].as_str().unwrap()).unwrap();
    assert_eq!(office.fields(INVOICES, invoice)["Clients"], json!([client]), "the inverse shows it");
}

#[test]
fn choices_get_other_names_or_go() {
    let (mut office, client, _) = pair();
    let (table, open) =
        (office.table(CLIENTS), crate::bases::ids::ChoiceId::parse("selOpen0000000000").unwrap());
    let planned = office.tables.base().plan_choice_renaming(table, "Tags", open, "New");
    office.reshape(planned).unwrap();
    assert_eq!(office.fields(CLIENTS, client)["Tags"], json!(["New", "Busy, very"]));
    assert_eq!(office.fields(CLIENTS, client)["Status"], "Open", "another field has its own");
    let taken = office.tables.base().plan_choice_renaming(table, "Tags", open, "Done");
    assert!(taken.is_err());
    for field in ["Tags", "Status"] {
        let planned = office.tables.base().plan_choice_deletion(table, field, open);
        office.reshape(planned).unwrap();
    }
    let fields = office.fields(CLIENTS, client);
    assert_eq!((&fields["Tags"], fields.get("Status")), (&json!(["Busy, very"]), None));
}

#[test]
fn views_are_made_with_names_and_deleted() {
    let (mut office, _, _) = pair();
    let table = office.table(CLIENTS);
    let draft = |value: Value| serde_json::from_value(value).unwrap();
    let mut mint = Mint::new(Uuid::from_u128(5));
    let plan = |office: &Office, value: Value, mint: &mut Mint| {
        office.tables.base().plan_view(table, draft(value), mint)
    };
    let made = json!({ "name": "Big", "type": "grid", "filter": "{Total} > 5", "sort": [["Name", "desc"]] });
    let planned = plan(&office, made.clone(), &mut mint);
    office.reshape(planned).unwrap();
    let view = office.tables.base().tables[0].view_called("Big").unwrap();
    assert_eq!(view.filter.as_deref(), Some("{fldTotal000000000} > 5"));
    assert!(plan(&office, made, &mut mint).is_err(), "the name is taken");
    let wrong = json!({ "name": "X", "type": "grid", "filter": "{Nope}" });
    assert_eq!(plan(&office, wrong, &mut mint).unwrap_err().kind(), "INVALID_FILTER_BY_FORMULA");
    let wrong = json!({ "name": "X", "type": "grid", "sort": [["Nope", "asc"]] });
    assert_eq!(plan(&office, wrong, &mut mint).unwrap_err().kind(), "UNKNOWN_FIELD_NAME");
    let planned = office.tables.base().plan_view_deletion(table, "Big");
    office.reshape(planned).unwrap();
    assert!(office.tables.base().tables[0].view_called("Big").is_err());
}

#[test]
fn a_field_that_is_worked_out_from_now_on_was_never_edited() {
    let (mut office, _, invoice) = pair();
    office.patch(INVOICES, invoice, json!({ "Number": "A2", "Amount": 11, "Stars": 2 })).unwrap();
    let edited = |office: &Office| {
        let edited = &office.tables.record(office.table(INVOICES), invoice).unwrap().edited;
        edited.keys().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(edited(&office), ["fldAmount00000000", "fldNumber00000000", "fldStars000000000"]);
    office.retype(INVOICES, "Stars", json!({ "type": "createdTime", "options": {} })).unwrap();
    office.retype(INVOICES, "Amount", json!({ "type": "singleLineText" })).unwrap();
    assert_eq!(edited(&office), ["fldAmount00000000", "fldNumber00000000"]);
}
