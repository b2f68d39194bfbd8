//! Whatever the formula and the row, evaluating comes to an end within bounds.

use proptest::prelude::*;

use super::arbitrary::{FIELDS, expression, fields};
use super::sheet::{Sheet, context, evaluated, moment, sheet};
use crate::bases::formula::evaluate::Evaluation;
use crate::bases::formula::limits::{LIST_ELEMENTS_MAX, NESTING_MAX, PATTERN_STEPS_MAX, TEXT_CHARACTERS_MAX};
use crate::bases::formula::{Fault, Formula, Value};

fn cell() -> impl Strategy<Value = Value<'static>> {
    let simple = prop_oneof![
        Just(Value::Blank),
        any::<f64>().prop_map(Value::Number),
        (-10..100_i32).prop_map(|number| Value::Number(number.into())),
        any::<bool>().prop_map(Value::Boolean),
        "\\PC{0,12}".prop_map(Value::text),
        Just(Value::text("x".repeat(1_000))),
        Just(Value::Error(Fault::InCell)),
        Just(Value::Moment(moment("2024-02-29"))),
        Just(Value::Moment(moment("9999-12-30T22:00:00Z"))),
        Just(Value::Moment(moment("0001-01-01T00:00:00.123Z"))),
    ];
    simple.prop_recursive(2, 12, 4, |inner| prop::collection::vec(inner, 0..4).prop_map(Value::List))
}

fn row() -> impl Strategy<Value = Sheet> {
    prop::collection::vec(cell(), FIELDS.len())
        .prop_map(|cells| Sheet { cells: FIELDS.iter().map(|(id, _)| *id).zip(cells).collect() })
}

fn is_bounded(value: &Value<'_>) -> bool {
    match value {
        Value::Text(text) => text.chars().count() <= TEXT_CHARACTERS_MAX,
        Value::List(elements) => elements.len() <= LIST_ELEMENTS_MAX && elements.iter().all(is_bounded),
        Value::Error(_) => false,
        _ => true,
    }
}

proptest! {
    /// `PROPTEST_CASES` says how many are tried.
    #[test]
    fn any_formula_has_a_bounded_value_or_a_fault_for_any_row(expression in expression(), row in row()) {
        let context = context();
        if let Ok(value) = Evaluation::new(&row, &context).value(&expression) {
            prop_assert!(is_bounded(&value));
            let _ = (value.is_true(), value.to_number());
        }
    }
}

#[test]
fn texts_that_would_grow_without_end_are_faults() {
    let doubled = (0..40).fold("'ab'".to_owned(), |inner, _| format!("SUBSTITUTE({inner}, 'a', 'aa')"));
    let longest = format!("LEN(REPT('é', {TEXT_CHARACTERS_MAX}))");
    assert_eq!(evaluated(&doubled, &sheet()), Err(Fault::TooLong));
    assert_eq!(evaluated(&longest, &sheet()), Ok(Value::Number(100_000.0)));
    for text in [
        "REPT('ab', 100000)",
        "REPT('a', 1/0)",
        "REPT('a', 60000) & REPT('b', 60000)",
        "CONCATENATE(REPT('a', 60000), REPT('b', 60000))",
        "REPLACE(REPT('a', 60000), 1, 0, REPT('b', 60000))",
        "REGEX_REPLACE(REPT('a', 1000), 'a', REPT('b', 1000))",
        "UPPER(REPT('ß', 60000))",
        "ENCODE_URL_COMPONENT(REPT(' ', 60000))",
        "ARRAYJOIN(Größe, REPT('a', 60000))",
        "DATETIME_FORMAT(NOW(), REPT('LLLL', 60000))",
    ] {
        assert_eq!(evaluated(text, &sheet()), Err(Fault::TooLong), "{text}");
    }
}

#[test]
fn texts_that_are_many_are_a_fault_though_each_is_short_enough() {
    let held = |count| format!("COUNTALL({})", vec!["REPT('x', 100000)"; count].join(","));
    assert_eq!(evaluated(&held(499), &sheet()), Ok(Value::Number(499.0)));
    assert_eq!(evaluated(&held(501), &sheet()), Err(Fault::TooMuchWork));
}

#[test]
fn a_pattern_that_looks_at_the_whole_rest_for_every_match_is_stopped() {
    let within = "LEN(REGEX_REPLACE(REPT('A', 1000), '.*[^A-Z]|[A-Z]', 'x'))";
    assert_eq!(evaluated(within, &sheet()), Ok(Value::Number(1_000.0)));
    let evaluation_context = context();
    let row = sheet();
    let evaluation = Evaluation::new(&row, &evaluation_context);
    assert_eq!(evaluation.spend(PATTERN_STEPS_MAX), Ok(()));
    assert_eq!(evaluation.spend(1), Err(Fault::TooMuchWork));
}

/// A thread of the size that workers have; everything that is nested as deep as may be, with every operator.
#[test]
fn the_deepest_formula_fits_into_the_stack_of_a_thread() {
    let deepest = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(|| {
        for (open, close) in [
            ("1=1&1+1*(", ")"),
            ("IF(1,1=1&1+1*(", "))"),
            ("1=1&1+1*-(", ")"),
            ("SWITCH(2,1,1,1=1&1+1*MAX(", "))"),
        ] {
            let depth = (NESTING_MAX - 2) / open.matches(['(', '-']).count();
            let text = format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let formula = Formula::read(&text, &fields()).unwrap();
            assert!(formula.value(&sheet(), &context()).is_ok());
            assert_eq!(Formula::restore(&formula.stored()), Ok(formula.clone()));
            assert!(formula.dependencies().fields.is_empty());
        }
    });
    deepest.unwrap().join().unwrap();
}

#[test]
fn broad_formulas_are_evaluated_in_one_go() {
    let any = format!(
        "OR({})",
        (0..1_000).map(|n| format!("RECORD_ID()='rec{n:014}'")).collect::<Vec<_>>().join(",")
    );
    assert_eq!(evaluated(&any, &sheet()), Ok(Value::Boolean(true)));
    assert_eq!(
        evaluated(&format!("LEN({})", vec!["'a'"; 20_000].join("&")), &sheet()),
        Ok(Value::Number(20_000.0))
    );
    assert_eq!(evaluated(&vec!["1"; 40_000].join("+"), &sheet()), Ok(Value::Number(40_000.0)));
}
