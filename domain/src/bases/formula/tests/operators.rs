//! Operators, and how they take values of other kinds.

use super::arbitrary::fields;
use super::sheet::{Sheet, context, evaluated, hold, moment, sheet};
use crate::bases::formula::{Fault, Formula, Value};

#[test]
fn arithmetic_takes_blanks_as_zero_and_texts_as_no_number() {
    hold(&[
        ("1+2*3-4/2", "5"),
        ("10-2-3", "5"),
        ("-Number + --1", "-4"),
        ("0.1+0.2", "0.30000000000000004"),
        ("Nothing + 1", "1"),
        ("'' + 1", "1"),
        ("TRUE() + TRUE()", "2"),
        ("'5' + 1", "6"),
        ("{we\\}ird} + 'FOO'", "NaN"),
        ("'a' + 'b'", "NaN"),
        ("1/0", "Infinity"),
        ("-1/0", "-Infinity"),
        ("0/0", "NaN"),
        ("-Nothing", "0"),
    ]);
}

#[test]
fn joining_takes_everything_as_text() {
    hold(&[
        ("'a' & 1 & Nothing & TRUE() & 1.50", "\"a111.5\""),
        ("1 & 2 = 12", "true"),
        ("{we\\}ird} & ''", "\"2024-01-02T03:04:05.000Z\""),
        ("Größe & ''", "\"a, , 2\""),
        ("DATETIME_PARSE('2024-01-02') & ''", "\"2024-01-02\""),
        ("1000000*1000000*1000000*1000 & ''", "\"1e+21\""),
        ("1/10000000 & ''", "\"1e-7\""),
    ]);
}

#[test]
fn equality_is_exact_for_texts_and_generous_for_blanks() {
    hold(&[
        ("'a' = 'a'", "true"),
        ("'a' = 'A'", "false"),
        ("'a' != 'A'", "true"),
        ("Nothing = ''", "true"),
        ("Nothing = BLANK()", "true"),
        ("Nothing = 0", "true"),
        ("0 = BLANK()", "true"),
        ("0 = ''", "false"),
        ("Nothing = 'x'", "false"),
        ("'1' = 1", "true"),
        ("{Done or not} = TRUE()", "true"),
        ("{Done or not} = 1", "true"),
        ("Nothing = FALSE()", "true"),
        ("0/0 = 0/0", "false"),
        ("1 = 1 = 1", "true"),
    ]);
}

#[test]
fn order_is_of_numbers_of_texts_and_of_points_in_time() {
    hold(&[
        ("1 < 2", "true"),
        ("2 <= 2", "true"),
        ("2 > 10", "false"),
        ("'2' > '10'", "true"),
        ("Nothing >= 0", "true"),
        ("0/0 < 1", "false"),
        ("{we\\}ird} = DATETIME_PARSE('2024-01-02T03:04:05.000Z')", "true"),
        ("{we\\}ird} = DATETIME_PARSE('2024-01-02')", "false"),
        ("{we\\}ird} < TODAY()", "true"),
        ("{we\\}ird} > '2024-01-01'", "true"),
        ("Nothing < TODAY()", "true"),
    ]);
}

#[test]
fn a_list_of_one_counts_as_its_element() {
    let one = Sheet { cells: [("fldList0000000000", Value::List(vec![Value::Number(7.0)]))].into() };
    assert_eq!(evaluated("Größe + 1", &one), Ok(Value::Number(8.0)));
    assert_eq!(evaluated("Größe > 10", &one), Ok(Value::Boolean(false)));
    hold(&[("Größe + 1", "NaN"), ("Größe = 'a, , 2'", "true")]);
}

#[test]
fn a_filter_keeps_what_is_true_and_drops_blanks_zeros_and_faults() {
    let keeps = |text: &str| Formula::read(text, &fields()).unwrap().keeps(&sheet(), &context());
    for text in ["1", "'x'", "'0'", "TRUE()", "Text", "{we\\}ird}", "Größe", "-1", "1/0", "{Done or not}"] {
        assert!(keeps(text), "{text}");
    }
    for text in
        ["0", "''", "FALSE()", "BLANK()", "Nothing", "0/0", "ERROR()", "YEAR('x')", "ARRAYCOMPACT(Nothing)"]
    {
        assert!(!keeps(text), "{text}");
    }
}

#[test]
fn a_fault_in_a_cell_or_in_an_element_is_the_fault_of_the_formula() {
    for cell in
        [Value::Error(Fault::InCell), Value::List(vec![Value::Number(1.0), Value::Error(Fault::InCell)])]
    {
        let faulty = Sheet { cells: [("fldNumber00000000", cell)].into() };
        assert_eq!(evaluated("1 + Number", &faulty), Err(Fault::InCell));
        assert_eq!(evaluated("IF(TRUE(), 'x', Number)", &faulty), Ok(Value::text("x")));
        assert_eq!(evaluated("ISERROR(Number)", &faulty), Ok(Value::Boolean(true)));
    }
    assert_eq!(moment("2024-01-02"), moment("2024-01-02T00:00:00Z"));
}
