//! What formulas become.

use super::table::{NAMES, narrowed, narrowed_as, sql};
use crate::bases::formula::sql::{Names, Parameter};

fn hold(cases: &[(&str, &str)]) {
    for (formula, expected) in cases {
        assert_eq!(sql(formula), *expected, "{formula}");
    }
}

#[test]
fn texts_are_looked_for_as_the_index_has_them() {
    hold(&[
        ("Text = 'a'", r#"cells @> '{"Text":"a"}'::jsonb"#),
        ("'a' = Text", r#"cells @> '{"Text":"a"}'::jsonb"#),
        ("Text = 5 & ''", r#"cells @> '{"Text":"5"}'::jsonb"#),
        ("Text != 'a'", r#"(cells @> '{"Text":"a"}'::jsonb) IS NOT TRUE"#),
        ("NOT(Text = 'a')", r#"(cells @> '{"Text":"a"}'::jsonb) IS NOT TRUE"#),
        ("Text > 'a'", r#"(cells ->> 'Text') COLLATE "C" > 'a'"#),
        ("'a' > Text", r#"((cells ->> 'Text') IS NULL OR (cells ->> 'Text') COLLATE "C" < 'a')"#),
    ]);
}

#[test]
fn an_index_answers_what_cells_hold_and_nothing_else() {
    let is_indexed = |formula: &str| narrowed(formula).unwrap().is_indexed;
    for formula in ["Text = 'a'", "Number = 5", "Done", "AND(Text = 'a', Number > 3)", "OR(Done, Text = 'a')"]
    {
        assert!(is_indexed(formula), "{formula}");
    }
    for formula in ["Text != 'a'", "Number > 3", "LEN(Text) > 3", "OR(Text = 'a', Number > 3)", "NOT(Done)"] {
        assert!(!is_indexed(formula), "{formula}");
    }
}

#[test]
fn blanks_are_what_the_formula_takes_for_blank() {
    hold(&[
        ("Text", "(cells ->> 'Text') IS NOT NULL"),
        ("NOT(Text)", "(cells ->> 'Text') IS NULL"),
        ("Text = ''", "(cells ->> 'Text') IS NULL"),
        ("Text = BLANK()", "(cells ->> 'Text') IS NULL"),
        ("Text != BLANK()", "(cells ->> 'Text') IS NOT NULL"),
        ("Number = 0", r#"((cells ->> 'Number') IS NULL OR cells @> '{"Number":0.0}'::jsonb)"#),
        ("Number = BLANK()", r#"((cells ->> 'Number') IS NULL OR cells @> '{"Number":0.0}'::jsonb)"#),
        ("LEN(Text) > 3", "(cells ->> 'Text') IS NOT NULL"),
        ("Done", r#"cells @> '{"Done":true}'::jsonb"#),
        ("Done = TRUE()", r#"cells @> '{"Done":true}'::jsonb"#),
        ("Done = 0", r#"(cells @> '{"Done":true}'::jsonb) IS NOT TRUE"#),
    ]);
}

#[test]
fn numbers_are_compared_as_numbers_and_beside_texts_as_texts() {
    let greater = "CASE WHEN jsonb_typeof(cells -> 'Number') = 'number' \
                   THEN (cells -> 'Number')::numeric > '-1.5e0'::numeric \
                   ELSE (cells ->> 'Number') IS NOT NULL END";
    hold(&[
        ("Number = 5", r#"cells @> '{"Number":5.0}'::jsonb"#),
        ("Number = '5'", r#"cells @> '{"Number":5.0}'::jsonb"#),
        ("Number = '5.0'", "FALSE"),
        ("Number > -1.5", &format!("((cells ->> 'Number') IS NULL OR {greater})")),
        ("AND(Number, Number > -1.5, Number < 1/0)", &{
            let nonzero = greater.replace("> '-1.5e0'", "<> '0e0'");
            format!("({nonzero} AND ((cells ->> 'Number') IS NULL OR {greater}))")
        }),
    ]);
}

#[test]
fn choices_are_tried_one_by_one() {
    hold(&[
        ("Status = 'Done'", r#"cells @> '{"Status":"selDone0000000000"}'::jsonb"#),
        ("FIND('on', LOWER(Status))", r#"cells @> '{"Status":"selDone0000000000"}'::jsonb"#),
        ("Status != 'Done'", r#"(cells @> '{"Status":"selDone0000000000"}'::jsonb) IS NOT TRUE"#),
        ("Status = 'Gone'", "FALSE"),
        ("Status != 'Gone'", "anything"),
    ]);
}

#[test]
fn times_are_compared_as_texts_of_one_form() {
    let unlike =
        "translate((cells ->> 'Moment'), '123456789', '000000000') <> '0000-00-00T00:00:00.000Z'".to_owned();
    hold(&[
        (
            "IS_AFTER(Moment, '2024-01-02')",
            &format!("((cells ->> 'Moment') COLLATE \"C\" > '2024-01-02T00:00:00.000Z' OR {unlike})"),
        ),
        (
            "IS_BEFORE(TODAY(), Day)",
            "(((cells ->> 'Day') || 'T00:00:00.000Z') COLLATE \"C\" > '2024-03-10T00:00:00.000Z' \
             OR translate((cells ->> 'Day'), '123456789', '000000000') <> '0000-00-00')",
        ),
        ("CREATED_TIME() < DATEADD(NOW(), -1, 'days')", "created < '2024-03-09T12:30:00.000Z'::timestamptz"),
        (
            "LAST_MODIFIED_TIME() >= DATETIME_PARSE('2024-01-02')",
            "modified > '2024-01-01T23:59:59.999Z'::timestamptz",
        ),
        ("IS_AFTER(Moment, 'no date')", "FALSE"),
    ]);
}

#[test]
fn a_search_is_one_in_bytes_where_letters_have_no_other_case_in_postgres() {
    let not_ascii = "octet_length((cells ->> 'Text')) <> char_length((cells ->> 'Text'))";
    hold(&[
        ("FIND('a', Text)", "strpos((cells ->> 'Text'), 'a') > 0"),
        ("FIND('a', Text) > 0", "strpos((cells ->> 'Text'), 'a') > 0"),
        ("FIND('a', Text, 3) = 0", "anything"),
        ("NOT(SEARCH('a', Text))", "((cells ->> 'Text') IS NULL OR strpos((cells ->> 'Text'), 'a') = 0)"),
        (
            "SEARCH(LOWER('A'), LOWER(Text))",
            &format!("(strpos(lower((cells ->> 'Text') COLLATE \"C\"), 'a') > 0 OR {not_ascii})"),
        ),
    ]);
}

#[test]
fn what_is_not_understood_may_be_either() {
    hold(&[
        ("Other = 1", "anything"),
        ("NOT(Other = 1)", "anything"),
        ("OR(Text = 'a', Other)", "anything"),
        ("AND(Text = 'a', Other)", r#"cells @> '{"Text":"a"}'::jsonb"#),
        ("Text = Number", "anything"),
        ("Text = 'a\0'", "(cells ->> 'Text') IS NOT NULL"),
        ("AND(Text = 'a', ERROR())", "FALSE"),
        ("IF(Other, Text = 'a', Other)", "anything"),
        (
            "IF(Other, Text = 'a', Text = 'b')",
            r#"(cells @> '{"Text":"a"}'::jsonb OR cells @> '{"Text":"b"}'::jsonb)"#,
        ),
        (
            "IF(Done, Text, Number)",
            r#"((cells @> '{"Done":true}'::jsonb AND (cells ->> 'Text') IS NOT NULL) OR ((cells @> '{"Done":true}'::jsonb) IS NOT TRUE AND CASE WHEN jsonb_typeof(cells -> 'Number') = 'number' THEN (cells -> 'Number')::numeric <> '0e0'::numeric ELSE (cells ->> 'Number') IS NOT NULL END))"#,
        ),
        ("TRUE()", "anything"),
        ("0", "FALSE"),
    ]);
}

#[test]
fn what_a_user_says_never_stands_in_the_text() {
    let condition = narrowed("OR(Text = \"'; drop\", FIND('$1', Text), RECORD_ID() = '\" or')").unwrap();
    assert_eq!(
        condition.sql,
        "(cells @> $1::text::jsonb OR id = $2::text OR strpos((cells ->> 'fldText0000000000'), $3::text) > 0)"
    );
    let text = |text: &str| Parameter::Text(text.to_owned());
    let expected = [text(r#"{"fldText0000000000":"'; drop"}"#), text("\" or"), text("$1")];
    assert_eq!(condition.parameters, expected);
}

#[test]
fn placeholders_begin_where_the_statement_has_no_others() {
    let names = Names { cells: "r.cells", first_parameter: 4, ..NAMES };
    let condition = narrowed_as("AND(Text = 'a', RECORD_ID() != 'b')", &names).unwrap();
    assert_eq!(condition.sql, "((id = $4::text) IS NOT TRUE AND r.cells @> $5::text::jsonb)");
}
