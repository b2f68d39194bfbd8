//! Whatever the formula, the condition is bounded.

use super::table::{NAMES, narrowed, narrowed_as, sql};
use crate::bases::formula::limits::NESTING_MAX;
use crate::bases::formula::sql::limits::{PARAMETERS_MAX, TERMS_MAX};
use crate::bases::formula::sql::{Names, Parameter};

fn many(count: usize, each: impl Fn(usize) -> String) -> String {
    (0..count).map(each).collect::<Vec<_>>().join(", ")
}

#[test]
fn hundreds_of_texts_for_one_place_are_one_list() {
    let ids = narrowed(&format!("OR({})", many(500, |n| format!("RECORD_ID() = 'rec{n:014}'")))).unwrap();
    assert_eq!(ids.sql, "id = ANY ($1::text[])");
    assert!(matches!(&ids.parameters[..], [Parameter::Texts(texts)] if texts.len() == 500));
    let names = narrowed(&format!("AND({})", many(500, |n| format!("Text != '{n}'")))).unwrap();
    assert_eq!(names.sql, "((cells ->> 'fldText0000000000') = ANY ($1::text[])) IS NOT TRUE");
}

#[test]
fn a_long_text_is_kept_whole() {
    let condition = narrowed(&format!("FIND('{}', Text)", "ü".repeat(17_000))).unwrap();
    assert_eq!(condition.parameters, [Parameter::Text("ü".repeat(17_000))]);
}

#[test]
fn texts_that_grow_out_of_a_short_formula_are_kept_up_to_a_limit() {
    let grown = narrowed(&format!("AND({})", many(900, |_| "Text > REPT('x', 100000)".to_owned()))).unwrap();
    assert_eq!(grown.parameters.len(), 10);
}

#[test]
fn more_terms_than_are_worth_it_are_none() {
    let sought = |count| format!("OR({})", many(count, |n| format!("FIND('{n}', Text)")));
    assert_eq!(narrowed(&sought(TERMS_MAX)).map(|condition| condition.parameters.len()), Some(TERMS_MAX));
    assert_eq!(narrowed(&sought(TERMS_MAX + 1)), None);
}

#[test]
fn more_parameters_than_a_statement_has_are_none() {
    let beside = |first_parameter| narrowed_as("Text = 'a'", &Names { first_parameter, ..NAMES });
    assert!(beside(PARAMETERS_MAX).is_some());
    assert_eq!(beside(PARAMETERS_MAX + 1), None);
    assert_eq!(beside(usize::MAX), None);
}

#[test]
fn conditions_within_conditions_do_not_double_at_every_level() {
    let nested =
        (0..100).fold("Text = 'a'".to_owned(), |inner, n| format!("IF({inner}, Number > {n}, Done)"));
    let condition = narrowed(&nested).unwrap();
    assert!(condition.parameters.len() < 200, "{}", condition.parameters.len());
}

#[test]
fn a_choice_is_tried_only_so_often() {
    let often = format!("OR({})", many(5_000, |_| "Status=-1-1-1-1".to_owned()));
    assert_eq!(sql(&often), "anything");
}

/// A thread of the size that workers have.
#[test]
fn the_deepest_formula_fits_into_the_stack_of_a_thread() {
    let deepest = std::thread::Builder::new().stack_size(2 * 1024 * 1024).spawn(|| {
        for (open, close) in [
            ("NOT(", ")"),
            ("AND(Done, ", ")"),
            ("IF(Done, Number, ", ")"),
            ("IF(", ", Done)"),
            ("1=1&1+1*(", ")"),
        ] {
            let depth = NESTING_MAX - 2;
            let text = format!("{}Text{}", open.repeat(depth), close.repeat(depth));
            let _ = narrowed(&text);
        }
    });
    deepest.unwrap().join().unwrap();
}
