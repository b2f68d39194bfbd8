//! What a tree says of a row, told from its words alone, is what its formula says.

use jiff::{Timestamp, ToSpan};
use proptest::prelude::*;
use serde_json::{Value, json};

use super::sample::{Cells, kept};

fn a_text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::sample::select(vec!["a", "A", "ab", "Ab, c", "b\"c", "\\n", "x\ny", "é", "0", "NaN"])
            .prop_map(str::to_owned),
        1 => "[^\\x00\\x1f]{1,6}",
    ]
}

fn a_number() -> impl Strategy<Value = f64> {
    prop::sample::select(vec![-2.5, -1.0, 0.0, 0.1, 1.0, 1.5, 2.0, 1e15])
}

fn a_time() -> impl Strategy<Value = Timestamp> {
    let first: Timestamp = "2024-02-28T00:00:00Z".parse().unwrap();
    let hour = (0..96i64).prop_map(move |hour| first + hour.hours());
    (hour, prop::sample::select(vec![0i64, 1, -1])).prop_map(|(at, off)| at + off.milliseconds())
}

fn cells() -> impl Strategy<Value = Cells> {
    let texts = || prop::collection::vec(a_text(), 0..3);
    let worth = prop_oneof![Just(None), Just(Some(f64::NAN)), a_number().prop_map(Some)];
    let plain =
        (prop::option::of(a_text()), prop::option::of(a_number()), any::<bool>(), prop::option::of(a_time()));
    (plain, texts(), texts(), worth).prop_map(|((name, amount, paid, due), tags, clients, worth)| Cells {
        name,
        amount,
        paid,
        due,
        tags,
        clients,
        worth,
    })
}

fn a_day_or_moment() -> impl Strategy<Value = Value> {
    (a_time(), any::<bool>()).prop_map(|(at, is_day)| match is_day {
        true => json!(at.to_string()[..10]),
        false => json!(at.to_string()),
    })
}

fn condition() -> impl Strategy<Value = Value> {
    let node = |field: &'static str, operator: &'static str, value: Value| json!({ "field": field, "operator": operator, "value": value });
    let fields = prop::sample::select(vec!["Name", "Amount", "Paid", "Due", "Tags", "Clients", "Worth"]);
    let presence = (fields, prop::sample::select(vec!["is_empty", "is_not_empty"]))
        .prop_map(|(field, operator)| json!({ "field": field, "operator": operator }));
    let of_text = (prop::sample::select(vec!["is", "is_not", "contains"]), a_text());
    let numbers =
        prop::sample::select(vec!["is", "is_not", "greater", "greater_or_equal", "less", "less_or_equal"]);
    let of_number = (prop::sample::select(vec!["Amount", "Worth"]), numbers, a_number());
    let of_time = (prop::sample::select(vec!["is", "is_not", "before", "after"]), a_day_or_moment());
    let lists = || prop::sample::select(vec!["Tags", "Clients"]);
    prop_oneof![
        presence,
        of_text.prop_map(move |(operator, text)| node("Name", operator, json!(text))),
        of_number.prop_map(move |(field, operator, number)| node(field, operator, json!(number))),
        any::<bool>().prop_map(move |paid| node("Paid", "is", json!(paid))),
        of_time.prop_map(move |(operator, time)| node("Due", operator, time)),
        (lists(), a_text()).prop_map(move |(field, text)| node(field, "contains", json!(text))),
        (lists(), prop::collection::vec(a_text(), 1..4)).prop_map(move |(field, texts)| node(
            field,
            "any_of",
            json!(texts)
        )),
        prop::collection::vec(a_text(), 1..4).prop_map(move |texts| node("Name", "any_of", json!(texts))),
        prop::collection::vec(a_day_or_moment(), 1..3).prop_map(move |times| node(
            "Due",
            "any_of",
            json!(times)
        )),
    ]
}

fn tree() -> impl Strategy<Value = Value> {
    condition().prop_recursive(3, 12, 3, |inner| {
        let parts = prop::collection::vec(inner.clone(), 1..4);
        prop_oneof![
            parts.clone().prop_map(|parts| json!({ "and": parts })),
            parts.prop_map(|parts| json!({ "or": parts })),
            inner.prop_map(|part| json!({ "not": part })),
        ]
    })
}

fn says(tree: &Value, cells: &Cells) -> bool {
    let parts = |name: &str| tree[name].as_array().into_iter().flatten();
    if tree.get("and").is_some() {
        return parts("and").all(|part| says(part, cells));
    }
    if tree.get("or").is_some() {
        return parts("or").any(|part| says(part, cells));
    }
    match tree.get("not") {
        Some(part) => !says(part, cells),
        None => meets(tree, cells),
    }
}

fn meets(condition: &Value, cells: &Cells) -> bool {
    let (operator, value) = (condition["operator"].as_str().unwrap(), &condition["value"]);
    match condition["field"].as_str().unwrap() {
        "Name" => asked(cells.name.as_ref(), operator, value, |name, operator, value| {
            let sought = value.as_str().unwrap();
            if operator == "is" {
                name == sought
            } else {
                name.to_lowercase().contains(&sought.to_lowercase())
            }
        }),
        "Amount" => asked(cells.amount.as_ref(), operator, value, number_meets),
        // An error is there, and nothing that could be met.
        "Worth" if cells.worth.is_some_and(f64::is_nan) => operator.starts_with("is_not"),
        "Worth" => asked(cells.worth.as_ref(), operator, value, number_meets),
        "Paid" => match operator {
            "is" => cells.paid == *value,
            operator => cells.paid == (operator == "is_not_empty"),
        },
        "Due" => asked(cells.due.as_ref(), operator, value, time_meets),
        "Tags" => list_meets(&cells.tags, operator, value),
        _ => list_meets(&cells.clients, operator, value),
    }
}

fn asked<T>(cell: Option<&T>, operator: &str, value: &Value, meets: fn(&T, &str, &Value) -> bool) -> bool {
    let is_met = |operator: &str, value: &Value| cell.is_some_and(|cell| meets(cell, operator, value));
    match operator {
        "is_empty" => cell.is_none(),
        "is_not_empty" => cell.is_some(),
        "is_not" => !is_met("is", value),
        "any_of" => value.as_array().unwrap().iter().any(|value| is_met("is", value)),
        operator => is_met(operator, value),
    }
}

fn number_meets(number: &f64, operator: &str, value: &Value) -> bool {
    let with = value.as_f64().unwrap();
    match operator {
        "is" => *number == with,
        "greater" => *number > with,
        "greater_or_equal" => *number >= with,
        "less" => *number < with,
        _ => *number <= with,
    }
}

fn time_meets(time: &Timestamp, operator: &str, value: &Value) -> bool {
    let (text, time) = (value.as_str().unwrap(), time.to_string());
    let is_day = text.len() == 10;
    let moment = |text: &str| text.parse::<Timestamp>().unwrap();
    match (operator, is_day) {
        ("is", true) => &time[..10] == text,
        ("before", true) => &time[..10] < text,
        (_, true) => &time[..10] > text,
        ("is", false) => moment(&time) == moment(text),
        ("before", false) => moment(&time) < moment(text),
        (_, false) => moment(&time) > moment(text),
    }
}

fn list_meets(list: &[String], operator: &str, value: &Value) -> bool {
    let holds = |value: &Value| list.iter().any(|one| *one == *value);
    match operator {
        "is_empty" => list.is_empty(),
        "is_not_empty" => !list.is_empty(),
        "contains" => holds(value),
        _ => value.as_array().unwrap().iter().any(holds),
    }
}

proptest! {
    #[test]
    fn a_formula_keeps_what_its_tree_lets_through(tree in tree(), cells in cells()) {
        prop_assert_eq!(kept(&tree, &cells), says(&tree, &cells), "{}", tree);
    }
}
