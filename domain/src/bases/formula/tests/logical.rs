//! Functions of truth and choice, case by case.

use super::sheet::hold;

#[test]
fn truth() {
    hold(&[
        ("AND(1, 'x', TRUE())", "true"),
        ("AND(1, Nothing)", "false"),
        ("OR(0, Nothing, 'x')", "true"),
        ("OR(0, Nothing)", "false"),
        ("OR(1, ERROR())", "#ERROR!"),
        ("XOR(TRUE(), FALSE(), TRUE())", "false"),
        ("XOR(TRUE(), FALSE(), FALSE())", "true"),
        ("NOT(Nothing)", "true"),
        ("NOT({Done or not})", "false"),
        ("NOT(Text = '')", "true"),
        ("TRUE()", "true"),
        ("FALSE() + 0", "0"),
        ("BLANK()", "blank"),
        ("ERROR()", "#ERROR!"),
        ("ISERROR(ERROR())", "true"),
        ("ISERROR(2/0)", "true"),
        ("ISERROR(1)", "false"),
        ("and(true(), not(false()))", "true"),
    ]);
}

#[test]
fn choice_evaluates_only_what_it_takes() {
    hold(&[
        ("IF(Number > 3, 'many', 'few')", "\"many\""),
        ("IF(Number > 30, 'many', 'few')", "\"few\""),
        ("IF(Nothing, 1)", "blank"),
        ("IF(TRUE(), 1, ERROR())", "1"),
        ("IF(ERROR(), 1, 2)", "#ERROR!"),
        ("SWITCH(Number, 4, 'four', 5, 'five', 'other')", "\"five\""),
        ("SWITCH(Number, 1, 'one', 'other')", "\"other\""),
        ("SWITCH(Number, 1, 'one', 2, 'two')", "blank"),
        ("SWITCH('b', 'a', ERROR(), 'b', 2)", "2"),
        ("SWITCH(Nothing, BLANK(), 'empty', 'filled')", "\"empty\""),
    ]);
}
