//! Cells of formulas, rollups and lookups are worked out of other cells.

use super::*;
use crate::bases::schema::{Base, SchemaChange};

impl Office {
    /// Makes fields as the meta API does, and stores the change in between.
    pub fn add_field(&mut self, table: &str, draft: Value) -> Result<(), ApiError> {
        self.ticks += 1;
        let (table, draft) = (self.table(table), serde_json::from_value(draft).unwrap());
        let mut mint = Mint::new(Uuid::from_u128(1_000_000 + u128::from(self.ticks)));
        let planned = self.tables.base().plan_field(table, draft, &mut mint)?;
        let stored = serde_json::to_string(&planned).unwrap();
        let changes: Vec<SchemaChange> = serde_json::from_str(&stored).unwrap();
        self.tables.apply_schema(&changes);
        Ok(())
    }

    pub fn add_formula(&mut self, table: &str, name: &str, formula: &str) {
        let draft = json!({ "name": name, "type": "formula", "options": { "formula": formula } });
        self.add_field(table, draft).unwrap();
    }

    /// What a formula gives for a record.
    fn worked_out(&mut self, table: &str, id: RecordId, formula: &str) -> Value {
        let mut office = self.clone();
        office.add_formula(table, "Probe", formula);
        office.fields(table, id).get("Probe").cloned().unwrap_or(Value::Null)
    }
}

/// A client with two invoices, of which one is paid.
fn acme() -> (Office, RecordId, Vec<RecordId>) {
    let mut office = Office::new();
    let rows = json!([
        { "Number": "A1", "Amount": 10, "Paid": true, "Due": "2024-03-01T23:30:00.000Z", "Share": 0.5 },
        { "Number": "A2", "Amount": 2.5, "Spent": 90 },
    ]);
    let invoices = office.create(INVOICES, rows).unwrap();
    let row = json!({ "Name": "Acme, Inc", "Status": "Open", "Tags": ["Open", "Done"], "Since": "2024-01-31",
        "Owner": { "email": "ana@example.org" }, "Code": { "text": "c-1" }, "Invoices": invoices });
    let client = office.create(CLIENTS, json!([row])).unwrap()[0];
    (office, client, invoices)
}

#[test]
fn cells_come_to_formulas_in_the_form_that_people_see() {
    let (mut office, client, invoices) = acme();
    for (formula, expected) in [
        ("{Name} & '!'", json!("Acme, Inc!")),
        ("{Status} = 'Open'", json!(1)),
        ("{Status} = 'Done'", json!(0)),
        ("{Tags}", json!("Open, Done")),
        ("{Owner}", json!("Ana")),
        ("{Code}", json!("c-1")),
        ("{Invoices}", json!("A1, A2")),
        ("FIND('A2', ARRAYJOIN({Invoices}))", json!(5)),
        ("{How many} * 2", json!(4)),
        ("{Amounts}", json!([10, 2.5])),
        ("SUM({Amounts})", json!(12.5)),
        ("DATEADD({Since}, 1, 'month')", json!("2024-02-29T00:00:00.000Z")),
        ("{Since}", json!("2024-01-31")),
        ("{Mail}", json!(null)),
        ("{Since} & ''", json!("2024-01-31")),
        ("YEAR({Since})", json!(2024)),
        ("1/0", json!({ "specialValue": "Infinity" })),
        ("{Name} + 1", json!({ "specialValue": "NaN" })),
        ("YEAR({Name})", json!({ "error": "#ERROR!" })),
        ("ISERROR(YEAR({Name}))", json!(1)),
        ("RECORD_ID()", json!(client)),
    ] {
        assert_eq!(office.worked_out(CLIENTS, client, formula), expected, "{formula}");
    }
    for (formula, expected) in [
        ("{Client}", json!("\"Acme, Inc\"")),
        ("IF({Paid}, 'yes')", json!("yes")),
        ("{Paid}", json!(1)),
        ("{Share} * 100", json!(50)),
        ("{Due}", json!("2024-03-01T23:30:00.000Z")),
        ("DATETIME_FORMAT({Due}, 'YYYY-MM-DD')", json!("2024-03-01")),
        ("{Payer}", json!(["Acme, Inc (12.5)"])),
        ("{Payer} = 'Acme, Inc (12.5)'", json!(1)),
        ("{Serial} + 1", json!(2)),
        ("{Made} = CREATED_TIME()", json!(1)),
    ] {
        assert_eq!(office.worked_out(INVOICES, invoices[0], formula), expected, "{formula}");
    }
    assert_eq!(office.worked_out(INVOICES, invoices[1], "{Paid} = TRUE()"), 0);
    assert_eq!(office.worked_out(INVOICES, invoices[1], "{Spent} / 60"), 1.5);
}

#[test]
fn a_text_that_may_be_zero_shows_it_as_blank() {
    let (office, _, invoices) = acme();
    let word = |id| office.fields(INVOICES, id).get("Word").cloned();
    assert_eq!(word(invoices[0]), Some(json!("paid")));
    assert_eq!(word(invoices[1]), Some(json!("5")));
    let mut office = office;
    office.patch(INVOICES, invoices[1], json!({ "Amount": 0 })).unwrap();
    assert_eq!(office.fields(INVOICES, invoices[1]).get("Word"), None);
    assert_eq!(office.worked_out(INVOICES, invoices[1], "{Word} & {Twice}"), "0");
}

#[test]
fn rollups_take_all_linked_cells() {
    let (mut office, client, _) = acme();
    for (formula, field, expected) in [
        ("SUM(values)", "fldAmount00000000", json!(12.5)),
        ("MAX(VALUES)", "fldAmount00000000", json!(10)),
        ("ARRAYJOIN(values, ' + ')", "fldNumber00000000", json!("A1 + A2")),
        ("COUNTALL(values)", "fldPaid0000000000", json!(2)),
        ("COUNTA(values)", "fldPaid0000000000", json!(1)),
        ("AND(values)", "fldPaid0000000000", json!(0)),
        ("OR(values)", "fldPaid0000000000", json!(1)),
        ("ARRAYUNIQUE(values)", "fldWord0000000000", json!(["paid", "5"])),
        ("MIN(values)", "fldDue00000000000", json!("2024-03-01T23:30:00.000Z")),
        ("values", "fldClient00000000", json!(["\"Acme, Inc\"", "\"Acme, Inc\""])),
    ] {
        let mut office = office.clone();
        let options = json!({ "recordLinkFieldId": "fldInvoices000000", "fieldIdInLinkedTable": field,
            "formula": formula });
        office.add_field(CLIENTS, json!({ "name": "R", "type": "rollup", "options": options })).unwrap();
        assert_eq!(office.fields(CLIENTS, client)["R"], expected, "{formula}");
    }
    office.patch(CLIENTS, client, json!({ "Invoices": [] })).unwrap();
    assert_eq!(office.fields(CLIENTS, client)["Total"], 0);
}

#[test]
fn a_value_that_many_formulas_share_is_worked_out_once() {
    let (mut office, client, _) = acme();
    office.add_formula(CLIENTS, "F0", "LEN({Name})");
    for level in 1..=40 {
        let below = level - 1;
        office.add_formula(CLIENTS, &format!("F{level}"), &format!("({{F{below}}} + {{F{below}}}) / 2"));
    }
    assert_eq!(office.fields(CLIENTS, client)["F40"], 9);
}

#[test]
fn records_that_link_in_circles_are_gone_through_once_each() {
    let mut office = Office::new();
    let all = office.create(CLIENTS, json!([{ "Name": "a" }, { "Name": "b" }, { "Name": "c" }])).unwrap();
    let rows: Vec<_> = all.iter().map(|id| (*id, json!({ "Partners": all }))).collect();
    office.update(CLIENTS, Verb::Patch, &rows).unwrap();
    let mut below = "fldName0000000000".to_owned();
    for level in 0..30 {
        let name = format!("R{level}");
        let options = json!({ "recordLinkFieldId": "fldPartners000000", "fieldIdInLinkedTable": below,
            "formula": "MAX(values) + 1" });
        office.add_field(CLIENTS, json!({ "name": name, "type": "rollup", "options": options })).unwrap();
        below = field_of(office.tables.base(), &name);
    }
    assert_eq!(office.fields(CLIENTS, all[0])["R29"], 30);
}

fn field_of(base: &Base, name: &str) -> String {
    base.table_called(CLIENTS).unwrap().field_called(name).unwrap().id.to_string()
}

#[test]
fn lookups_of_lookups_that_would_grow_without_end_are_errors() {
    let mut office = Office::new();
    let rows: Vec<_> = (0..10).map(|n| json!({ "Name": n.to_string() })).collect();
    let all = office.create(CLIENTS, json!(rows)).unwrap();
    let rows: Vec<_> = all.iter().map(|id| (*id, json!({ "Partners": all }))).collect();
    office.update(CLIENTS, Verb::Patch, &rows).unwrap();
    let mut below = "fldName0000000000".to_owned();
    for level in 0..12 {
        let name = format!("L{level}");
        let options = json!({ "recordLinkFieldId": "fldPartners000000", "fieldIdInLinkedTable": below });
        let draft = json!({ "name": name, "type": "multipleLookupValues", "options": options });
        office.add_field(CLIENTS, draft).unwrap();
        below = field_of(office.tables.base(), &name);
    }
    office.add_formula(CLIENTS, "Many", "COUNTALL({L3})");
    office.add_formula(CLIENTS, "Too many", "COUNTALL({L11})");
    let table = office.table(CLIENTS);
    let record = office.tables.record(table, all[0]).unwrap();
    let reading = office.read();
    let saying = Saying::all(&reading, table, Keys::Names).unwrap();
    let schema = office.tables.base().table(table).unwrap();
    let said = saying.only(schema, &["L11", "Many", "Too many"]).unwrap().record(record)["fields"].clone();
    let error = json!({ "error": "#ERROR!" });
    assert_eq!((&said["Many"], &said["Too many"], &said["L11"]), (&json!(10_000), &error, &error));
}

#[test]
fn a_record_may_be_called_by_a_formula() {
    let mut office = Office::new();
    let draft = json!({ "name": "Tasks", "fields": [
        { "name": "Title", "type": "formula", "options": { "formula": "{What} & '!'" } },
        { "name": "What", "type": "singleLineText" },
        { "name": "For", "type": "multipleRecordLinks", "options": { "linkedTableId": "tblClients0000000" } },
    ] });
    let mut mint = Mint::new(Uuid::from_u128(4));
    let planned = office.tables.base().plan_table(serde_json::from_value(draft).unwrap(), &mut mint);
    office.tables.apply_schema(&planned.unwrap());
    let task = office.create("Tasks", json!([{ "What": "Call" }])).unwrap()[0];
    office.typecast = true;
    let client = office.create(CLIENTS, json!([{ "Name": "Acme", "Tasks": "Call!" }])).unwrap()[0];
    assert_eq!(office.fields("Tasks", task)["For"], json!([client]));
    assert_eq!(office.worked_out(CLIENTS, client, "{Tasks} = 'Call!'"), 1);
    let (table, reading) = (office.table(CLIENTS), office.read());
    let saying = Saying::all(&reading, table, Keys::Names).unwrap().for_webhooks();
    let cells = saying.cells(office.tables.record(table, client).unwrap());
    let link = office.tables.base().tables[0].field_called("Tasks").unwrap().id.to_string();
    assert_eq!(cells[&link], json!([{ "id": task, "name": "Call!" }]));
    let other = office.create(CLIENTS, json!([{ "Name": "Beta", "Tasks": "Nobody" }]));
    assert!(other.is_err(), "none can be made to be called so");
}

/// A thread of the size that workers have. Each chain is as long as it may be, and one field longer is an error.
#[test]
fn the_longest_chain_of_formulas_fits_into_the_stack_of_a_thread() {
    let chains = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(|| {
        for (nested, link) in [(0, false), (20, false), (100, false), (0, true), (20, true)] {
            let (office, record) = chain(nested, link);
            let fields = office.fields(CLIENTS, record);
            let of = |prefix: &str| {
                fields.as_object().unwrap().iter().filter(|(key, _)| key.starts_with(prefix)).count()
            };
            let broken = fields.as_object().unwrap().values().filter(|value| value.is_object()).count();
            assert!(broken > 0 && of("Step ") > broken, "{nested} {link}: {broken} of {}", of("Step "));
        }
    });
    chains.unwrap().join().unwrap();
}

/// Fields of which each reads the one before it, nested so deep, directly or through a link.
fn chain(nested: usize, link: bool) -> (Office, RecordId) {
    let mut office = Office::new();
    let record = office.create(CLIENTS, json!([{ "Name": "a" }])).unwrap()[0];
    office.patch(CLIENTS, record, json!({ "Partners": [record] })).unwrap();
    let base = office.tables.base();
    let mut below = base.tables[0].field_called("How many").unwrap().id;
    let mut made = Vec::new();
    for step in 0..160 {
        let read = if link { "values".to_owned() } else { format!("{{{below}}}") };
        let formula = format!("{}{read}{}", "IF(1,1=1&1+1*(".repeat(nested), "))".repeat(nested));
        let formula = format!("SUM({formula}, 1)");
        let options = json!({ "recordLinkFieldId": "fldPartners000000", "fieldIdInLinkedTable": below,
            "formula": formula, "isValid": true, "result": { "type": "number", "options": { "precision": 0 } } });
        let id = Mint::new(Uuid::from_u128(900 + step)).make();
        let kind = if link { "rollup" } else { "formula" };
        let field = json!({ "id": id, "name": format!("Step {step}"), "type": kind, "options": options });
        made.push(SchemaChange::FieldCreated {
            table: base.tables[0].id,
            field: serde_json::from_value(field).unwrap(),
        });
        below = id;
    }
    office.tables.apply_schema(&made);
    (office, record)
}

#[test]
fn what_hangs_on_itself_is_an_error_and_so_is_what_hangs_on_that() {
    let (mut office, client, _) = acme();
    let kind = |formula: &str| json!({ "formula": formula, "isValid": true, "result": { "type": "singleLineText" } });
    let field = |id: &str, name: &str, formula: &str| SchemaChange::FieldCreated {
        table: office.table(CLIENTS),
        field: serde_json::from_value(
            json!({ "id": id, "name": name, "type": "formula", "options": kind(formula) }),
        )
        .unwrap(),
    };
    let changes = [
        field("fldOne00000000000", "One", "{fldTwo00000000000}"),
        field("fldTwo00000000000", "Two", "{fldOne00000000000} & {fldName0000000000}"),
        field("fldOut00000000000", "Out", "IF({fldName0000000000}, 'x', {fldOne00000000000})"),
        field("fldApart000000000", "Apart", "{fldName0000000000}"),
    ];
    office.tables.apply_schema(&changes);
    let fields = office.fields(CLIENTS, client);
    assert_eq!(fields["Apart"], "Acme, Inc");
    for name in ["One", "Two", "Out"] {
        assert_eq!(fields[name], json!({ "error": "#ERROR!" }), "{name}");
    }
}
