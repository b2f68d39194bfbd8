use serde_json::{Value, json};

use super::*;

/// What stands in a cell after writing, said as a record says it; `null` when it is empty.
fn written(name: &str, input: Value, typecast: bool) -> Result<Value, ApiError> {
    let mut around = Around::new();
    let field = around.field(name);
    let accepted = accept(Taking { field: &field, typecast, called: name, around: &mut around }, &input)?;
    let names = Called(BTreeMap::new());
    let said = accepted.and_then(|value| write(&field.kind, &value, Shape::V1, &names));
    Ok(said.unwrap_or(Value::Null))
}

fn strict(name: &str, input: Value) -> Result<Value, ApiError> {
    written(name, input, false)
}

fn cast(name: &str, input: Value) -> Value {
    written(name, input, true).unwrap()
}

const WRITABLE: [&str; 19] = [
    "Name", "Notes", "Mail", "Since", "Status", "Tags", "Owner", "Team", "Code", "Files", "Invoices",
    "Partners", "Amount", "Share", "Spent", "Stars", "Paid", "Due", "Number",
];

#[test]
fn each_type_takes_what_it_says_itself() {
    for (name, value) in [
        ("Name", json!("Acme")),
        ("Notes", json!("**bold**\n")),
        ("Since", json!("2024-02-29")),
        ("Status", json!("Open")),
        ("Tags", json!(["Done", "Open"])),
        ("Code", json!({ "text": "123", "type": "ean8" })),
        ("Invoices", json!([ACME])),
        ("Amount", json!(12.5)),
        ("Amount", json!(-3)),
        ("Share", json!(0.123)),
        ("Stars", json!(5)),
        ("Paid", json!(true)),
        ("Due", json!("2024-01-02T07:00:00.000Z")),
    ] {
        assert_eq!(strict(name, value.clone()), Ok(value), "{name}");
    }
    let said = json!({ "id": ANA, "email": "ana@example.org", "name": "Ana" });
    assert_eq!(strict("Owner", json!({ "email": "ana@example.org" })), Ok(said.clone()));
    assert_eq!(strict("Team", json!([ANA, { "id": ANA }])), Ok(json!([said])));
}

#[test]
fn null_and_what_is_empty_clear_every_cell() {
    for name in WRITABLE {
        for empty in [json!(null), json!(""), json!([]), json!(false)] {
            assert_eq!(strict(name, empty.clone()), Ok(Value::Null), "{name} {empty}");
        }
    }
}

#[test]
fn a_value_of_another_type_is_refused_by_the_name_of_the_field() {
    for (name, value) in [
        ("Name", json!(1)),
        ("Amount", json!("3")),
        ("Stars", json!(0)),
        ("Stars", json!(6)),
        ("Stars", json!(1.5)),
        ("Paid", json!("true")),
        ("Since", json!("2024-01-02T07:00:00.000Z")),
        ("Since", json!("2024-02-30")),
        ("Due", json!("soon")),
        ("Status", json!(["Open"])),
        ("Tags", json!("Open")),
        ("Owner", json!({ "id": "usrNobody00000000" })),
        ("Owner", json!("ana@example.org")),
        ("Code", json!("123")),
        ("Files", json!({ "url": "https://a/b" })),
    ] {
        let refused = ApiError::InvalidValue { field: name.into() };
        assert_eq!(strict(name, value.clone()), Err(refused), "{name} {value}");
    }
}

#[test]
fn computed_cells_take_nothing() {
    for name in ["How many", "Amounts", "Made", "Serial"] {
        assert_eq!(strict(name, json!(1)), Err(ApiError::ComputedField { field: name.into() }));
    }
}

#[test]
fn an_unknown_choice_is_refused_or_made() {
    let refused = ApiError::UnknownChoice { name: "open".into() };
    assert_eq!(strict("Status", json!("open")), Err(refused));
    let mut around = Around::new();
    let field = around.field("Tags");
    let taking = Taking { field: &field, typecast: true, called: "Tags", around: &mut around };
    accept(taking, &json!(["Open", " Late "])).unwrap();
    assert_eq!(around.made, ["Late"]);
}

#[test]
fn links_are_ids_of_records_that_are_there() {
    assert_eq!(strict("Invoices", json!(ACME)), Err(ApiError::NotRecordIds));
    assert_eq!(strict("Invoices", json!(["Acme"])), Err(ApiError::NotRecordIds));
    let gone = "recGone0000000000";
    assert_eq!(strict("Invoices", json!([gone])), Err(ApiError::RecordDoesNotExist { id: gone.into() }));
    assert_eq!(cast("Invoices", json!("Acme, Acme")), json!([ACME]));
}

#[test]
fn files_come_from_the_web_or_stay_where_they_are() {
    let kept = strict("Files", json!([{ "id": FILE }, { "url": "https://a/b", "filename": "b" }])).unwrap();
    assert_eq!(kept[0], json!({ "id": FILE, "url": "https://files/1" }));
    assert_eq!(kept[1]["filename"], "b");
    for wrong in
        [json!({ "id": "attOther000000000" }), json!({ "url": "data:text/plain,x" }), json!({}), json!(1)]
    {
        let refused = ApiError::InvalidAttachment { field: "Files".into() };
        assert_eq!(strict("Files", json!([wrong])), Err(refused), "{wrong}");
    }
}

#[test]
fn typecast_reads_what_people_write() {
    for (name, input, value) in [
        ("Name", json!(3), json!("3")),
        ("Name", json!(["a", 1]), json!("a, 1")),
        ("Amount", json!("3"), json!(3)),
        ("Amount", json!("€ 1,234.50"), json!(1234.5)),
        ("Amount", json!("-2.5 EUR"), json!(-2.5)),
        ("Share", json!("12 %"), json!(0.12)),
        ("Spent", json!("1:30"), json!(5400)),
        ("Spent", json!("0:01:01.5"), json!(61.5)),
        ("Spent", json!("90"), json!(90)),
        ("Stars", json!("5"), json!(5)),
        ("Due", json!("1/31/2024"), json!("2024-01-30T23:00:00.000Z")),
        ("Paid", json!("true"), json!(true)),
        ("Paid", json!("no"), json!(null)),
        ("Since", json!("2024-01-02T07:00:00.000Z"), json!("2024-01-02")),
        ("Since", json!("1/31/2024"), json!("2024-01-31")),
        ("Tags", json!("Open, Done"), json!(["Open", "Done"])),
        ("Code", json!("123"), json!({ "text": "123" })),
        ("Status", json!(" Open "), json!("Open")),
    ] {
        assert_eq!(cast(name, input.clone()), value, "{name} {input}");
    }
    for wrong in [
        ("Amount", "many"),
        ("Amount", "2024-01-02"),
        ("Amount", "NaN"),
        ("Spent", "1:2:3:4"),
        ("Stars", "6"),
    ] {
        assert!(written(wrong.0, json!(wrong.1), true).is_err(), "{wrong:?}");
    }
}

#[test]
fn a_time_without_a_zone_is_read_in_the_zone_of_the_field() {
    assert_eq!(strict("Due", json!("2024-07-01T12:00")), Ok(json!("2024-07-01T10:00:00.000Z")));
    assert_eq!(strict("Due", json!("2024-01-01T12:00:00+02:00")), Ok(json!("2024-01-01T10:00:00.000Z")));
    assert_eq!(strict("Due", json!("2024-01-01T00:00:00.1239Z")), Ok(json!("2024-01-01T00:00:00.123Z")));
}
