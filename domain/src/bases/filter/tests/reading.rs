//! What is no filter is refused where it is wrong, and nothing grows without bound.

use serde_json::{Value, json};

use super::sample::{NAME, PAID, refused, table};
use crate::bases::filter::{DEPTH_MAX, Fault, Filter, NODES_MAX};

fn written(tree: Value) -> String {
    Filter::read(&tree, &table()).unwrap().formula().unwrap()
}

#[test]
fn a_tree_becomes_a_formula_of_ids_and_quoted_texts() {
    let tree = json!({ "and": [
        { "field": "name", "operator": "is", "value": "a \"b\" \\ c" },
        { "not": { "field": PAID, "operator": "is", "value": true } },
    ] });
    let expected = format!(r#"AND({{{NAME}}} = "a \"b\" \\ c", NOT({{{PAID}}}))"#);
    assert_eq!(written(tree), expected);
}

#[test]
fn the_node_that_is_wrong_is_pointed_to() {
    let is = |value: Value| json!({ "field": "Name", "operator": "is", "value": value });
    let at = |pointer: &str, fault: Fault| (pointer.to_owned(), fault);
    assert_eq!(refused(json!([])), at("", Fault::NotANode));
    assert_eq!(refused(json!({ "and": [] })), at("/and", Fault::Nothing));
    assert_eq!(refused(json!({ "or": 1 })), at("/or", Fault::WrongValue("a list of nodes")));
    assert_eq!(refused(json!({ "and": [is("a".into())], "or": [] })), at("", Fault::NotANode));
    let nested = json!({ "or": [is("a".into()), { "not": { "and": [is(json!(3))] } }] });
    assert_eq!(refused(nested), at("/or/1/not/and/0/value", Fault::WrongValue("a text that is not empty")));
    let colour = json!({ "field": "Colour", "operator": "is", "value": "red" });
    assert_eq!(refused(colour), at("/field", Fault::UnknownField));
    let sounds = json!({ "field": "Name", "operator": "sounds_like", "value": "a" });
    assert_eq!(refused(sounds), at("/operator", Fault::UnknownOperator));
    let greater = json!({ "field": "Name", "operator": "greater", "value": 3 });
    assert_eq!(refused(greater), at("/operator", Fault::Inapplicable("text")));
    let any = json!({ "field": "Amount", "operator": "any_of", "value": [1, "2"] });
    assert_eq!(refused(any), at("/value/1", Fault::WrongValue("a number")));
    let empty = json!({ "field": "Name", "operator": "is_empty", "value": true });
    assert_eq!(refused(empty), at("/value", Fault::WrongValue("left out")));
    let day = json!({ "field": "Due", "operator": "before", "value": "2024-02-30" });
    assert_eq!(refused(day), at("/value", Fault::WrongValue("a day or a moment of the years 1 to 9998")));
    let last = json!({ "field": "Due", "operator": "before", "value": "9999-12-31" });
    assert!(matches!(refused(last), (_, Fault::WrongValue(_))));
    let more = json!({ "field": "Name", "operator": "is", "value": "a", "case": false });
    assert_eq!(refused(more), at("", Fault::NotANode));
    let files = json!({ "field": "Files", "operator": "is", "value": "a.pdf" });
    assert!(matches!(refused(files), (pointer, Fault::Inapplicable(_)) if pointer == "/operator"));
}

#[test]
fn a_tree_is_bounded_in_depth_in_nodes_and_in_length() {
    let leaf = json!({ "field": "Name", "operator": "is", "value": "a" });
    let deep = |levels| (1..levels).fold(leaf.clone(), |inner, _| json!({ "not": inner }));
    assert!(Filter::read(&deep(DEPTH_MAX), &table()).is_ok());
    assert_eq!(refused(deep(DEPTH_MAX + 1)).1, Fault::TooDeep);
    let wide = |nodes| json!({ "or": vec![leaf.clone(); nodes - 1] });
    assert!(Filter::read(&wide(NODES_MAX), &table()).is_ok());
    assert_eq!(refused(wide(NODES_MAX + 1)), (format!("/or/{}", NODES_MAX - 1), Fault::TooMany));
    let values = json!({ "field": "Name", "operator": "any_of", "value": vec!["a"; NODES_MAX] });
    assert_eq!(refused(values), ("/value".to_owned(), Fault::TooMany));
    let long = |bytes| json!({ "field": "Name", "operator": "is", "value": "a".repeat(bytes) });
    assert_eq!(refused(long(10_001)), ("/value".to_owned(), Fault::TextTooLong));
    assert_eq!(refused(json!({ "or": vec![long(10_000); 11] })), (String::new(), Fault::TooLong));
}
