//! Functions of lists, case by case.

use super::sheet::hold;

#[test]
fn lists() {
    hold(&[
        ("ARRAYJOIN(Größe)", "\"a, , 2\""),
        ("ARRAYJOIN(Größe, '; ')", "\"a; ; 2\""),
        ("ARRAYJOIN('x', '; ')", "\"x\""),
        ("ARRAYJOIN(Nothing)", "\"\""),
        ("ARRAYCOMPACT(Größe)", "[\"a\", 2]"),
        ("ARRAYUNIQUE(ARRAYFLATTEN(Größe, 'a', 2, '2'))", "[\"a\", blank, 2, \"2\"]"),
        ("ARRAYFLATTEN(Größe, Größe)", "[\"a\", blank, 2, \"a\", blank, 2]"),
        ("ARRAYSLICE(Größe, 2)", "[blank, 2]"),
        ("ARRAYSLICE(Größe, 1, 2)", "[\"a\", blank]"),
        ("ARRAYSLICE(Größe, -1)", "[2]"),
        ("ARRAYSLICE(Größe, 1, -2)", "[\"a\", blank]"),
        ("ARRAYSLICE(Größe, 3, 1)", "[]"),
        ("ARRAYSLICE(Größe, 1/0, -1/0)", "[]"),
        ("ARRAYSLICE(Größe, -1/0, 1/0)", "[\"a\", blank, 2]"),
        ("FIND('2', ARRAYJOIN(Größe))", "6"),
    ]);
}
