//! Records as Airtable says them become cells.

use serde_json::{Value, json};

use crate::bases::cells::CellValue;
use crate::bases::ids::{ChoiceId, FieldId, RecordId, TableId};
use crate::bases::ports::{FoundRecord, UnreadableCell};
use crate::bases::samples;
use crate::bases::schema::Table;

fn clients() -> Table {
    samples::base().table(TableId::parse("tblClients0000000").unwrap()).unwrap().clone()
}

fn record(fields: Value) -> FoundRecord {
    let written = json!({
        "id": "rec00000000000001", "createdTime": "2022-09-12T21:03:48.000Z", "fields": fields,
        "aKeyOfTomorrow": 1,
    });
    serde_json::from_value(written).unwrap()
}

fn field(id: &str) -> FieldId {
    FieldId::parse(id).unwrap()
}

#[test]
fn cells_of_a_record_are_read_by_the_schema() {
    let record = record(json!({
        "fldName0000000000": "Ana", "fldStatus00000000": "Open", "fldTags0000000000": ["Busy, very"],
        "fldInvoices000000": ["rec00000000000002"], "fldNotes000000000": null,
        "fldCount000000000": 1, "fldAmounts0000000": [12.5],
    }));
    let cells = record.cells(&clients()).unwrap();
    assert_eq!(cells[&field("fldName0000000000")], CellValue::Text("Ana".into()));
    let open = ChoiceId::parse("selOpen0000000000").unwrap();
    assert_eq!(cells[&field("fldStatus00000000")], CellValue::Choice(open));
    let invoice = RecordId::parse("rec00000000000002").unwrap();
    assert_eq!(cells[&field("fldInvoices000000")], CellValue::Links(vec![invoice]));
    assert_eq!(cells[&field("fldAmounts0000000")], CellValue::List(vec![CellValue::Number(12.5)]));
    assert!(!cells.contains_key(&field("fldNotes000000000")), "an empty cell is none");
}

#[test]
fn a_cell_that_does_not_fit_names_its_field() {
    for (called, value) in [
        ("fldName0000000000", json!(7)),
        ("fldStatus00000000", json!("A choice of tomorrow")),
        ("fldOfTomorrow0000", json!(1)),
        ("Name", json!("Ana")),
    ] {
        let record = record(json!({ called: value }));
        assert_eq!(record.cells(&clients()), Err(UnreadableCell(called.into())));
    }
}
