use jiff::Timestamp;
use jiff::civil::Date;
use proptest::prelude::*;
use serde_json::json;

use super::*;
use crate::bases::ids::Kind;
use crate::bases::schema::FieldType;

fn id<K: Kind>() -> impl Strategy<Value = crate::bases::ids::ModelId<K>> {
    any::<u128>().prop_map(|seed| Mint::new(Uuid::from_u128(seed)).make())
}

fn choice() -> impl Strategy<Value = ChoiceId> {
    let ids = ["selOpen0000000000", "selBusy0000000000", "selDone0000000000"];
    prop::sample::select(ids.to_vec()).prop_map(|id| ChoiceId::parse(id).unwrap())
}

fn person() -> impl Strategy<Value = Collaborator> {
    (id::<crate::bases::ids::kinds::User>(), any::<Option<String>>()).prop_map(|(id, name)| Collaborator {
        id: id.to_string(),
        email: None,
        name,
    })
}

fn file() -> impl Strategy<Value = Attachment> {
    (id(), "[a-z]{1,8}").prop_map(|(id, name)| Attachment {
        id,
        url: format!("https://files/{name}"),
        filename: Some(name),
        known: serde_json::Map::from_iter([("size".to_owned(), json!(7))]),
    })
}

fn lookup() -> impl Strategy<Value = CellValue> {
    let amounts = prop::collection::vec((-1e6..1e6_f64).prop_map(CellValue::Number), 0..3);
    prop::collection::btree_map(id(), amounts, 0..4)
        .prop_map(|all| CellValue::Lookup(all.into_iter().collect()))
}

fn many<T: std::fmt::Debug>(one: impl Strategy<Value = T>) -> impl Strategy<Value = Vec<T>> {
    prop::collection::vec(one, 0..4)
}

/// A field of the sample base and a value it may hold.
fn cell() -> impl Strategy<Value = (&'static str, CellValue)> {
    use CellValue as C;
    let name = |name: &'static str| move |value: CellValue| (name, value);
    let day =
        (-3000..9000_i16, 1..=12_i8, 1..=28_i8).prop_map(|(year, month, day)| Date::new(year, month, day));
    let year_of_four = day.prop_filter_map("four digits", |day| day.ok().filter(|day| day.year() >= 0));
    let moment =
        (-2_000_000_000_000..4_000_000_000_000_i64).prop_map(|at| Timestamp::from_millisecond(at).unwrap());
    let barcode = (any::<String>(), any::<Option<String>>());
    prop_oneof![
        any::<String>().prop_map(C::Text).prop_map(name("Name")),
        any::<String>().prop_map(C::Text).prop_map(name("Notes")),
        (-1e12..1e12_f64).prop_map(C::Number).prop_map(name("Amount")),
        (-1e3..1e3_f64).prop_map(C::Number).prop_map(name("Share")),
        any::<bool>().prop_map(C::Boolean).prop_map(name("Paid")),
        year_of_four.prop_map(C::Date).prop_map(name("Since")),
        moment.prop_map(C::Moment).prop_map(name("Due")),
        choice().prop_map(C::Choice).prop_map(name("Status")),
        many(choice()).prop_map(C::Choices).prop_map(name("Tags")),
        person().prop_map(C::Collaborator).prop_map(name("Owner")),
        many(person()).prop_map(C::Collaborators).prop_map(name("Team")),
        many(id()).prop_map(C::Links).prop_map(name("Invoices")),
        many(file()).prop_map(C::Attachments).prop_map(name("Files")),
        barcode
            .prop_map(|(text, kind)| C::Barcode(Barcode { text: Some(text), kind }))
            .prop_map(name("Code")),
        lookup().prop_map(name("Amounts")),
    ]
}

proptest! {
    #[test]
    fn a_value_is_the_same_in_both_shapes((name, value) in cell()) {
        let field = Around::new().field(name);
        let names = Called(BTreeMap::new());
        let through = |shape| {
            let said = write(&field.kind, &value, shape, &names);
            said.and_then(|said| read(&field.kind, &said).unwrap())
        };
        let (records, webhooks) = (through(Shape::V1), through(Shape::V2));
        prop_assert!(same(&field.kind, records.as_ref(), webhooks.as_ref()), "{records:?} {webhooks:?}");
        prop_assert!(same(&field.kind, records.as_ref(), Some(&value)), "{records:?} {value:?}");
    }

    #[test]
    fn a_value_is_stored_and_comes_back((_, value) in cell()) {
        let stored = serde_json::to_string(&value).unwrap();
        prop_assert_eq!(serde_json::from_str::<CellValue>(&stored).unwrap(), value);
    }
}

fn kind(name: &str, result: serde_json::Value) -> FieldType {
    FieldType::parse(name, Some(json!({ "formula": "", "result": result }))).unwrap()
}

#[test]
fn what_webhooks_say_more_of_makes_no_difference() {
    let around = Around::new();
    for (name, records, webhooks) in [
        ("Status", json!("Open"), json!({ "id": "selOpen0000000000", "name": "Open", "color": "redDark1" })),
        ("Tags", json!(["Open"]), json!([{ "id": "selOpen0000000000", "name": "Renamed" }])),
        ("Invoices", json!([ACME]), json!([{ "id": ACME, "name": "Acme" }])),
        (
            "Owner",
            json!({ "id": ANA }),
            json!({ "id": ANA, "permissionLevel": "edit", "profilePicUrl": "x" }),
        ),
        ("Notes", json!("text\n"), json!("text")),
        ("Amount", json!(1.005), json!(1.0049999)),
        (
            "Amounts",
            json!([1, 2]),
            json!({
            "valuesByLinkedRecordId": { "rec2": [2], "rec1": [1] }, "linkedRecordIds": ["rec1", "rec2"] }),
        ),
    ] {
        let kind = around.field(name).kind;
        let read = |value| read(&kind, value).unwrap();
        assert!(same(&kind, read(&records).as_ref(), read(&webhooks).as_ref()), "{name}");
    }
}

#[test]
fn a_computed_cell_may_hold_anything() {
    let formula = kind("formula", json!({ "type": "number", "options": { "precision": 1 } }));
    let names = Called(BTreeMap::new());
    for value in [
        json!(1.5),
        json!("text"),
        json!([1]),
        json!(true),
        json!({ "error": "#ERROR!" }),
        json!({ "specialValue": "NaN" }),
        json!({ "some": "thing" }),
    ] {
        let cell = read(&formula, &value).unwrap().unwrap();
        assert_eq!(write(&formula, &cell, Shape::V1, &names), Some(value));
    }
    let choices = json!({ "choices": [{ "id": "selOpen0000000000", "name": "Open" }] });
    let lookup = kind("multipleLookupValues", json!({ "type": "multipleSelects", "options": choices }));
    let cell = read(&lookup, &json!(["Open", { "error": "#ERROR!" }])).unwrap().unwrap();
    assert_eq!(write(&lookup, &cell, Shape::V1, &names), Some(json!(["Open", { "error": "#ERROR!" }])));
}

#[test]
fn a_choice_that_is_not_known_yet_is_not_guessed() {
    let status = Around::new().field("Status").kind;
    assert_eq!(read(&status, &json!("New")), Err(Unreadable));
    assert!(read(&status, &json!({ "id": "selNew00000000000", "name": "New" })).unwrap().is_some());
}

#[test]
fn whatever_is_worked_out_may_have_failed_and_what_is_written_may_not() {
    let failure = json!({ "error": "#ERROR!" });
    for name in ["How many", "Twice", "Amounts"] {
        let read = read(&Around::new().field(name).kind, &failure);
        assert_eq!(read, Ok(Some(CellValue::Error("#ERROR!".into()))), "{name}");
    }
    assert_eq!(read(&Around::new().field("Amount").kind, &failure), Err(Unreadable));
}
