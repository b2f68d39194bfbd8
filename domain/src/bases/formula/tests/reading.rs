//! Reading: every formula that is written reads back as the same; what is none is refused where it goes wrong.

use proptest::prelude::*;

use super::arbitrary::{expression, fields};
use crate::bases::formula::fields::AsWritten;
use crate::bases::formula::format::format;
use crate::bases::formula::functions;
use crate::bases::formula::limits::{FORMULA_BYTES_MAX, NESTING_MAX};
use crate::bases::formula::parser::parse;
use crate::bases::formula::{Formula, ProblemKind};

/// As it is written again.
fn again(text: &str) -> String {
    format(&parse(text, &AsWritten, FORMULA_BYTES_MAX).unwrap(), &str::to_owned)
}

fn refused(text: &str) -> (String, usize, usize) {
    let problem = parse(text, &AsWritten, FORMULA_BYTES_MAX).unwrap_err();
    (problem.kind.to_string(), problem.position.line, problem.position.column)
}

#[test]
fn operators_bind_as_they_should_and_parentheses_stay_where_they_matter() {
    for (text, expected) in [
        ("1+2*3", "1 + 2 * 3"),
        ("(1+2)*3", "(1 + 2) * 3"),
        ("((1))-(2-3)", "1 - (2 - 3)"),
        ("(1-2)-3", "(1 - 2) - 3"),
        ("a&b=c&1+2", "a & b = c & 1 + 2"),
        ("a & (b = c)", "a & (b = c)"),
        ("1 < 2 <= 3 != 4 >= 5 > 6 = 7", "1 < 2 <= 3 != 4 >= 5 > 6 = 7"),
        ("-(1+2)*--3", "-(1 + 2) * --3"),
        ("or( a ,\n b)", "OR(a, b)"),
        ("TRUE()&TRUE", "TRUE() & TRUE"),
        (".5 + 1. + 007", "0.5 + 1 + 7"),
        ("{a b}&{we\\}ird}&{Word}&{fldAAAAAAAAAAAAAA}", "{a b} & {we\\}ird} & Word & {fldAAAAAAAAAAAAAA}"),
    ] {
        assert_eq!(again(text), expected, "{text}");
        assert_eq!(again(expected), expected);
    }
}

#[test]
fn texts_are_unescaped_and_escaped_again() {
    assert_eq!(again(r#"'It\'s \\ x'"#), r#""It's \\ x""#);
    assert_eq!(again(r#""say \"a\"\n\t\r""#), r#""say \"a\"\n\t\r""#);
    assert_eq!(again(r#"'\d'"#), r#""\\d""#);
    assert_eq!(again("'“x”'"), "\"“x”\"");
}

#[test]
fn what_is_no_formula_is_refused_at_its_place() {
    for (text, message, line, column) in [
        ("", "Found the end instead of a value", 1, 1),
        ("1 +", "Found the end instead of a value", 1, 4),
        ("1 == 2", "Found = instead of a value", 1, 4),
        ("1 <> 2", "Found > instead of a value", 1, 4),
        ("a && b", "Found & instead of a value", 1, 4),
        ("a || b", "Unknown character '|'", 1, 3),
        ("5 % 2", "Unknown character '%'", 1, 3),
        ("é ! a", "Unknown character '!'", 1, 3),
        ("(1,2)", "Found , instead of an operator or )", 1, 3),
        ("OR(1 2)", "Found a number instead of an operator, a comma or )", 1, 6),
        ("OR(1,)", "Found ) instead of a value", 1, 6),
        ("a\n & 'open", "Text without a closing quote", 2, 4),
        ("'a\\", "Text without a closing quote", 1, 1),
        ("{open", "Field name without a closing brace", 1, 1),
        ("1 + {}", "Empty field name", 1, 5),
        ("1 + . ", "Unknown character '.'", 1, 5),
        ("1 1", "Found a number instead of an operator or the end", 1, 3),
        ("“x”", "Unknown character '“'", 1, 1),
        ("1 + NOPE(1)", "Unknown function NOPE", 1, 5),
        ("LEFT('a')", "LEFT does not take 1 arguments", 1, 1),
        ("NOT()", "NOT does not take 0 arguments", 1, 1),
    ] {
        assert_eq!(refused(text), (message.to_owned(), line, column), "{text}");
    }
    assert_eq!(refused(&"9".repeat(400)).0, "Number too large");
}

#[test]
fn nesting_has_an_end_and_breadth_has_none() {
    let nested = |depth: usize| format!("{}1{}", "(".repeat(depth), ")".repeat(depth));
    assert!(parse(&nested(NESTING_MAX - 1), &AsWritten, FORMULA_BYTES_MAX).is_ok());
    assert_eq!(
        parse(&nested(NESTING_MAX), &AsWritten, FORMULA_BYTES_MAX).unwrap_err().kind,
        ProblemKind::TooDeep
    );
    assert_eq!(
        parse(&"-".repeat(90_000), &AsWritten, FORMULA_BYTES_MAX).unwrap_err().kind,
        ProblemKind::TooDeep
    );
    assert_eq!(
        parse(&"NOT(".repeat(20_000), &AsWritten, FORMULA_BYTES_MAX).unwrap_err().kind,
        ProblemKind::TooDeep
    );

    let many_arguments = format!("OR({})", vec!["RECORD_ID()='rec00000000000001'"; 2_000].join(", "));
    assert!(parse(&many_arguments, &AsWritten, FORMULA_BYTES_MAX).is_ok());
    assert!(parse(&vec!["a"; 40_000].join("&"), &AsWritten, FORMULA_BYTES_MAX).is_ok());
    assert!(parse(&format!("{{Text}}='{}'", "x".repeat(17_000)), &AsWritten, FORMULA_BYTES_MAX).is_ok());
    assert_eq!(
        parse(&" ".repeat(100_001), &AsWritten, FORMULA_BYTES_MAX).unwrap_err().kind,
        ProblemKind::TooLong
    );
}

#[test]
fn there_are_79_functions_and_5_of_lists() {
    let mut names: Vec<_> = functions::all().map(|function| function.name).collect();
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), 79 + 5);
}

proptest! {
    #[test]
    fn what_is_written_reads_back_as_the_same(expression in expression()) {
        let text = format(&expression, &str::to_owned);
        prop_assert_eq!(parse(&text, &AsWritten, FORMULA_BYTES_MAX), Ok(expression.clone()));
        let formula = Formula::read(&text, &fields()).unwrap();
        let shown = Formula::read(&formula.shown(&fields()), &fields()).unwrap();
        prop_assert_eq!(shown.expression(), &expression);
    }

    #[test]
    fn whatever_comes_is_read_or_refused(text in "\\PC{0,40}") {
        if let Ok(expression) = parse(&text, &AsWritten, FORMULA_BYTES_MAX) {
            prop_assert_eq!(parse(&format(&expression, &str::to_owned), &AsWritten, FORMULA_BYTES_MAX), Ok(expression));
        }
    }

    #[test]
    fn whatever_words_come_are_read_or_refused(text in "(OR|IF|LEFT|[(),'\"{}\\\\ &=<>!+*/.-]|[a1]){0,30}") {
        if let Ok(expression) = parse(&text, &AsWritten, FORMULA_BYTES_MAX) {
            prop_assert_eq!(parse(&format(&expression, &str::to_owned), &AsWritten, FORMULA_BYTES_MAX), Ok(expression));
        }
    }
}
