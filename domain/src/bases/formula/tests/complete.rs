//! Every function stands in a table of cases.

use crate::bases::formula::functions;

const TABLES: [&str; 8] = [
    include_str!("arrays.rs"),
    include_str!("date_text.rs"),
    include_str!("dates.rs"),
    include_str!("logical.rs"),
    include_str!("numeric.rs"),
    include_str!("records.rs"),
    include_str!("regex.rs"),
    include_str!("text.rs"),
];

#[test]
fn every_function_has_a_case() {
    let has_case = |name: &str| TABLES.iter().any(|table| table.contains(&format!("(\"{name}(")));
    let without: Vec<_> =
        functions::all().map(|function| function.name).filter(|name| !has_case(name)).collect();
    assert!(without.is_empty(), "{without:?}");
}
