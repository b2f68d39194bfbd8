//! Functions of text, case by case.

use super::sheet::hold;

#[test]
fn parts_of_text() {
    hold(&[
        ("CONCATENATE('Mara', ' - ', 23)", "\"Mara - 23\""),
        ("LEFT('quick brown fox', 5)", "\"quick\""),
        ("LEFT('größer', 3)", "\"grö\""),
        ("LEFT('a', -1)", "\"\""),
        ("LEFT('a', 99)", "\"a\""),
        ("LEFT(12345, 2)", "\"12\""),
        ("RIGHT('quick brown fox', 5)", "\"n fox\""),
        ("RIGHT('fox', 99)", "\"fox\""),
        ("MID('quick brown fox', 7, 5)", "\"brown\""),
        ("MID('fox', 0, 1)", "\"f\""),
        ("MID('fox', 9, 1)", "\"\""),
        ("LEN('quick brown fox')", "15"),
        ("LEN(Nothing)", "0"),
        ("T('text only')", "\"text only\""),
        ("T(42)", "blank"),
        ("TRIM('  Hello! \\n')", "\"Hello!\""),
    ]);
}

#[test]
fn finding() {
    hold(&[
        ("FIND('fox', 'quick brown fox')", "13"),
        ("FIND('fox', Text)", "13"),
        ("FIND('FOX', Text)", "0"),
        ("FIND('o', Text, 10)", "14"),
        ("FIND('o', Text, 0)", "9"),
        ("FIND('x', 'x', 99)", "0"),
        ("FIND('2024-01-02', {we\\}ird})", "1"),
        ("FIND('ß', 'größe')", "4"),
        ("SEARCH('World', 'Hello World')", "7"),
        ("SEARCH('world', 'Hello World')", "blank"),
        ("SEARCH(LOWER('World'), LOWER('Hello World'))", "7"),
        ("SEARCH('o', 'Hello World', 6)", "8"),
    ]);
}

#[test]
fn changing() {
    hold(&[
        ("LOWER('Hello World')", "\"hello world\""),
        ("UPPER('Hello größe')", "\"HELLO GRÖSSE\""),
        ("REPT('Hi! ', 3)", "\"Hi! Hi! Hi! \""),
        ("REPT('x', -1)", "\"\""),
        ("REPT('x', 100001)", "#ERROR!"),
        ("REPT('', 1/0)", "\"\""),
        ("REPLACE('database', 2, 5, 'o')", "\"dose\""),
        ("REPLACE('abc', 9, 1, 'd')", "\"abcd\""),
        ("SUBSTITUTE('gold mold', 'old', 'et')", "\"get met\""),
        ("SUBSTITUTE('gold mold', 'old', 'et', 1)", "\"get mold\""),
        ("SUBSTITUTE('gold mold', 'old', 'et', 2)", "\"gold met\""),
        ("SUBSTITUTE('gold', '', 'x')", "\"gold\""),
        ("ENCODE_URL_COMPONENT('chicken & waffles')", "\"chicken%20%26%20waffles\""),
        ("ENCODE_URL_COMPONENT('-_.~é')", "\"-_.~%C3%A9\""),
        ("VALUE('$10,000.50')", "10000.5"),
        ("VALUE('-5 pieces')", "-5"),
        ("VALUE('none')", "NaN"),
        ("VALUE(7)", "7"),
    ]);
}
